// How the arrays of a batch are divided among threads.
//
//   by rows    A thread takes its examples through all layers, and waits for nobody. Every thread
//              reads every W, of which each then updates a part.
//   by units   A thread works out its units of every layer, for all examples, and updates what W has
//              for them: nobody else reads that. Threads wait for each other between layers, since
//              the next layer reads all units.
//
// What one thread writes and another reads travels between their caches: parameters in the one way,
// the values of a batch in the other. Which is shorter is measured (tuner.hpp). No number is a sum
// of parts from several threads, so both make the same bits.

#pragma once

#include <algorithm>
#include <vector>

#include "network.hpp"
#include "pool.hpp"

namespace glassnet {

// Rows `from`..`to` of a value, and of them the units `first`..`last`.
struct Part {
    Size from, to, first, last;
    bool empty() const { return from == to || first == last; }
};

// Which values are divided by their units: those of dense layers and functions of each number of them,
// but for what a softmax or the loss needs whole. Back, their gradients are divided so where a layer
// above is.
template <class T>
class Division {
public:
    explicit Division(const Network<T>& network) : net(network), ways_(net.values.size()) {
        const auto& nodes = net.description.nodes;
        const std::vector<bool> whole = read_whole();
        std::vector<int> root(net.values.size());  // what a value is a function of, number by number
        for (auto& node : nodes) {
            root[node.makes] = of_each_number(node) ? root[node.reads[0]] : node.makes;
            if (node.kind == Kind::dense && net.layers[node.layer].layout.along_units)
                ways_[node.makes].packed = ways_[root[node.reads[0]]].packed = true;
        }
        for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
            if (node->kind != Kind::dense || net.layers[node->layer].sparse) continue;
            if (whole[node->makes] || cut(node->makes, 1, 2) == 0) continue;
            ways_[node->makes].forward = true;
            ways_[root[node->reads[0]]].back = true;
        }
        for (auto& node : nodes) {
            auto& way = ways_[node.makes];
            if (of_each_number(node)) way = ways_[root[node.makes]];
            way.back &= way.forward;
        }
    }

    bool by_units(int value) const { return ways_[value].forward; }
    bool by_units_back(int value) const { return ways_[value].back; }
    bool any() const {
        return std::any_of(ways_.begin(), ways_.end(), [](auto& way) { return way.forward; });
    }

    // Thread `number`'s part of a value that is divided by units.
    Part part(int value, Size rows, int number, int team) const {
        return {0, rows, cut(value, number, team), cut(value, number + 1, team)};
    }

    // Whether the node's work, in the pass forward or `back`, reads only what the same thread has
    // written.
    bool stays(const Node& node, bool back) const {
        auto divided = [&](int value) { return back ? by_units_back(value) : by_units(value); };
        return std::all_of(node.reads.begin(), node.reads.end(), [&](int read) {
            return of_each_number(node) ? divided(read) == divided(node.makes)
                                        : !divided(read) && !divided(node.makes);
        });
    }

private:
    struct Way {
        bool forward = false, back = false;
        bool packed = false;  // a layer that makes or reads it has W in panels
    };

    static bool of_each_number(const Node& node) {
        return node.kind == Kind::dropout ||
               (node.kind == Kind::activation && node.activation != Activation::softmax);
    }

    // What a softmax or the loss reads, and what that is a function of.
    std::vector<bool> read_whole() const {
        const auto& nodes = net.description.nodes;
        std::vector<bool> whole(net.values.size(), false);
        whole[nodes.back().makes] = true;
        for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
            if (of_each_number(*node) ? whole[node->makes] : node->kind == Kind::activation)
                whole[node->reads[0]] = true;
        return whole;
    }

    // Panels stay whole, and whole vectors of gradients are written; else pairs of units will do.
    Size cut(int value, int number, int team) const {
        const Size lanes = net.kernels.lanes, widest = net.kernels.widest;
        const Size units = net.values[value].units, vectors = (units + lanes - 1) / lanes;
        if (number == team) return units;
        if (ways_[value].packed)
            return panel(vectors, widest, panels(vectors, widest) * number / team).first * lanes;
        const Size grain = ways_[value].back ? lanes : 2;
        return units * number / team / grain * grain;
    }

    const Network<T>& net;
    std::vector<Way> ways_;  // of every value
};

// A thread's rows, all units of them.
template <class T>
class OwnRows {
public:
    OwnRows(const Network<T>& network, Size from, Size to) : net(network), from_(from), to_(to) {}
    Part part(int value) const { return {from_, to_, 0, net.values[value].units}; }
    Part part_back(int value) const { return part(value); }
    void reads(const Node&) {}
    void reads_back(const Node&) {}
    void has(int) {}

private:
    const Network<T>& net;
    const Size from_, to_;
};

// A thread's units of the values that are divided by them, and its rows of the others.
template <class T>
class OwnUnits {
public:
    OwnUnits(const Network<T>& network, const Division<T>& division, Size rows, int number,
             int team, Barrier& barrier)
        : net(network), division_(division), rows_(rows), number_(number), team_(team),
          barrier_(barrier), fresh_(net.values.size(), false) {}

    Part part(int value) const {
        return division_.by_units(value) ? division_.part(value, rows_, number_, team_) : all(value);
    }
    Part part_back(int value) const {
        return division_.by_units_back(value) ? part(value) : all(value);
    }

    // The node's work is about to begin: all that it reads is there, once everybody has come here.
    void reads(const Node& node) {
        for (int read : node.reads)
            if (fresh_[read] && !division_.stays(node, false)) wait();
    }
    void reads_back(const Node& node) {
        if (fresh_[node.makes] && !division_.stays(node, true)) wait();
    }
    // This thread writes its part of it.
    void has(int value) { fresh_[value] = true; }

private:
    Part all(int value) const {
        return {rows_ * number_ / team_, rows_ * (number_ + 1) / team_, 0, net.values[value].units};
    }
    void wait() {
        barrier_.wait();
        std::fill(fresh_.begin(), fresh_.end(), false);
    }

    const Network<T>& net;
    const Division<T>& division_;
    const Size rows_;
    const int number_, team_;
    Barrier& barrier_;
    std::vector<bool> fresh_;  // written since all threads met
};

}  // namespace glassnet
