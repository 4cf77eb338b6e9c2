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

// Which values can be divided by their units: those of dense layers, and functions of each number
// of them, but for what a softmax or the loss needs whole.
template <class T>
class Division {
public:
    explicit Division(const Network<T>& network) : net(network), groups_(net.values.size()) {
        const auto& nodes = net.description.nodes;
        std::vector<bool> whole(net.values.size(), false);
        whole[nodes.back().makes] = true;
        for (auto node = nodes.rbegin(); node != nodes.rend(); ++node)
            if (of_each_number(*node) ? whole[node->makes] : node->kind == Kind::activation)
                whole[node->reads[0]] = true;
        for (auto& node : nodes) {
            if (of_each_number(node))
                groups_[node.makes] = groups_[node.reads[0]];
            else if (node.kind == Kind::dense && !net.layers[node.layer].sparse && !whole[node.makes])
                groups_[node.makes] = group(node);
        }
    }

    bool by_units(int value) const { return groups_[value] > 0; }
    bool any() const {
        return std::any_of(groups_.begin(), groups_.end(), [](Size group) { return group > 0; });
    }

    // Thread `number`'s part of a value that is divided by units.
    Part part(int value, Size rows, int number, int team) const {
        return {0, rows, cut(value, number, team), cut(value, number + 1, team)};
    }

    // Whether the node's work, in either pass, reads only what the same thread has written.
    bool stays(const Node& node) const {
        return std::all_of(node.reads.begin(), node.reads.end(), [&](int read) {
            return groups_[read] == groups_[node.makes] &&
                   (groups_[read] == 0 || of_each_number(node));
        });
    }

private:
    static bool of_each_number(const Node& node) {
        return node.kind == Kind::dropout ||
               (node.kind == Kind::activation && node.activation != Activation::softmax);
    }

    // Vectors that stay together: panels, where somebody reads them packed. 0: there is one group.
    Size group(const Node& made) const {
        auto& at = net.layers[made.layer].layout;
        bool packed = at.along_units;
        for (auto& node : net.description.nodes)
            packed |= node.kind == Kind::dense && net.layers[node.layer].layout.along_units;
        const Size vectors = packed ? net.kernels.widest : 1;
        return at.vectors_out() > vectors ? vectors : 0;
    }

    Size cut(int value, int number, int team) const {
        const Size lanes = net.kernels.lanes, units = net.values[value].units;
        const Size vectors = (units + lanes - 1) / lanes;
        const Size count = panels(vectors, groups_[value]), index = count * number / team;
        return index == count ? units : panel(vectors, groups_[value], index).first * lanes;
    }

    const Network<T>& net;
    std::vector<Size> groups_;  // of vectors; 0: by rows
};

// A thread's rows, all units of them.
template <class T>
class OwnRows {
public:
    OwnRows(const Network<T>& network, Size from, Size to) : net(network), from_(from), to_(to) {}
    Part part(int value) const { return {from_, to_, 0, net.values[value].units}; }
    void reads(const Node&, int) {}
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
        if (division_.by_units(value)) return division_.part(value, rows_, number_, team_);
        return {rows_ * number_ / team_, rows_ * (number_ + 1) / team_, 0, net.values[value].units};
    }
    // The node's work is about to read `value`: all of it is there, once everybody has come here.
    void reads(const Node& node, int value) {
        if (!fresh_[value] || division_.stays(node)) return;
        barrier_.wait();
        std::fill(fresh_.begin(), fresh_.end(), false);
    }
    // This thread has written its part of it.
    void has(int value) { fresh_[value] = true; }

private:
    const Network<T>& net;
    const Division<T>& division_;
    const Size rows_;
    const int number_, team_;
    Barrier& barrier_;
    std::vector<bool> fresh_;
};

}  // namespace glassnet
