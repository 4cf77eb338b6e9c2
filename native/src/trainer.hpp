// Updates: both passes, the gradients of the parameters, and the parameters that follow from them.
//
// An update has two phases, with a barrier behind each. First the threads take the batch forward and
// back, each its rows or its units of every layer (division.hpp). Then every thread takes its share of
// the parameters: it sums their gradients over all examples and updates them at once, with the
// gradient still in its cache. Where the sums take so long that Ctrl-C has to be heard among them,
// or where all gradients are clipped together, the update is a phase of its own. No number is a sum
// of parts from several threads, so how many there are, and how they divide the work, changes no bit.

#pragma once

#include <cmath>

#include "backward.hpp"
#include "forward.hpp"
#include "gradients.hpp"
#include "narrow.hpp"
#include "pool.hpp"
#include "watch.hpp"

namespace glassnet {

enum class Outcome { made, faulty, stopped };

template <class T>
class Trainer {
public:
    Trainer(Network<T>& network, int most_threads)
        : net(network), narrow_(narrow(net, most_threads)), division_(net),
          gradients_(net, division_, most_threads) {
        if (!narrow_.empty())
            sums_.resize(((std::min(net.capacity, SHARD) + Narrow<T>::PIECE - 1) /
                          Narrow<T>::PIECE) * narrow_[0].size());
        for (auto& layer : net.layers)
            if (!layer.sparse) weights_ += layer.layout.size() * static_cast<Size>(sizeof(T));
        // Every block of rows reads all W anew, so blocks are long; but Ctrl-C is heard between them.
        const Size bytes = net.units_per_row * static_cast<Size>(sizeof(T));
        const Size heard = std::clamp<Size>(HEARD / weights_, 32, 256);
        block_ = std::clamp<Size>(512 * 1024 / std::max<Size>(bytes, 1), heard, 1024);
    }

    // Before the first step of batches of at most so many examples.
    void begin(Size most) {
        gradients_.begin();
        if (most > SHARD) gradients_.make_wide_sums();
        for (auto& narrow : narrow_) narrow.begin();
    }

    // Whether examples that are not one behind the other are copied: short ones are read faster when
    // they are.
    bool copies_rows() const {
        Size longest = 0;
        for (int s = 0; s < net.description.sources; ++s)
            longest = std::max(longest, net.values[s].units);
        return !narrow_.empty() || longest * static_cast<Size>(sizeof(T)) < SHORT;
    }
    // Whether there is something that can be divided by units.
    bool divides_units() const { return narrow_.empty() && division_.any(); }

    // One batch, by thread `number` of `team`. It is faulty where something is not finite; where it
    // is stopped, no parameter has changed. The cost is in `cost` of thread 0.
    Outcome step(const Batch<T>& batch, const Plan& plan, const Philox* noise, int number, int team,
                 bool by_units, Barrier& barrier, Watch& watch, double& cost) {
        const Size most = std::max(SHARD, plan.at_once), shards = (batch.rows + most - 1) / most;
        const Size products = std::min(batch.rows, most) * weights_;
        const bool long_sums = products / team > 2 * HEARD;
        Watch* heard = plan.wants_gradients() || long_sums ? &watch : nullptr;
        double losses = 0, penalty = 0;
        if (plan.penalized()) gradients_.measure(number, team);
        for (Size shard = 0; shard < shards; ++shard) {
            const Batch<T> cut = shards > 1 ? batch.from(shard * most, most) : Batch<T>{};
            const Batch<T>& part = shards > 1 ? cut : batch;
            Philox source = noise ? *noise : Philox{};
            source.counter[3] = static_cast<std::uint64_t>(shard);
            if (!narrow_.empty())
                narrow_passes(part, shards == 1, number, team, watch);
            else if (by_units)
                unit_passes(part, noise ? &source : nullptr, number, team, barrier);
            else
                row_passes(part, noise ? &source : nullptr, number, team, watch);
            if (number == 0) {
                watch.look();
                stopped_ = watch.over();
            }
            barrier.wait();
            // Not written again before all have met, so that all come to the same answer.
            if (stopped_) return Outcome::stopped;
            if (number == 0) {
                losses += net.kernels.total(net.each.data(), part.rows);
                penalty = gradients_.penalty(plan);
            }
            Share share{plan, part.rows, shard, shards, number, team, by_units, heard};
            if (narrow_.empty()) {
                gradients_.sum(share, part);
            } else if (number == 0) {
                narrow_[0].add(sums_.data(), (part.rows + Narrow<T>::PIECE - 1) / Narrow<T>::PIECE);
                gradients_.use(share);
            }
            if (shard + 1 < shards) barrier.wait();
        }
        if (number == 0 && !std::isfinite(losses)) gradients_.found_a_fault(0);
        barrier.wait();
        if (heard && watch.over()) return Outcome::stopped;
        if (heard && plan.updates) {
            gradients_.update({plan, batch.rows, 0, 1, number, team, by_units, nullptr});
            barrier.wait();
        }
        if (number == 0) cost = losses / static_cast<double>(batch.rows) + penalty;
        return gradients_.finite() ? Outcome::made : Outcome::faulty;
    }

private:
    static constexpr Size SHORT = 1024;  // bytes

    // One for each thread, where the network is of that kind. Its W lie as they are.
    static std::vector<Narrow<T>> narrow(Network<T>& net, int threads) {
        std::vector<Narrow<T>> made;
        if (!Narrow<T>::fits(net)) return made;
        for (auto& layer : net.layers) layer.layout.along_units = false;
        for (int t = 0; t < threads; ++t) made.emplace_back(net);
        return made;
    }

    void row_passes(const Batch<T>& batch, const Philox* noise, int number, int team, Watch& watch) {
        Size from = batch.rows * number / team, to = batch.rows * (number + 1) / team;
        const Size blocks = (to - from + block_ - 1) / block_;
        for (Size block = 0; block < blocks; ++block) {
            if (number == 0) watch.look();
            if (watch.over()) return;
            OwnRows<T> own(net, from + (to - from) * block / blocks,
                           from + (to - from) * (block + 1) / blocks);
            both_passes(batch, noise, own);
        }
    }

    void unit_passes(const Batch<T>& batch, const Philox* noise, int number, int team,
                     Barrier& barrier) {
        OwnUnits<T> own(net, division_, batch.rows, number, team, barrier);
        both_passes(batch, noise, own);
    }

    template <class Own>
    void both_passes(const Batch<T>& batch, const Philox* noise, Own& own) {
        const int out = net.description.nodes.back().makes;
        const Part rows = own.part(out);
        net.enter(batch, rows.from, rows.to);
        for (int s = 0; net.copies && s < net.description.sources; ++s) own.has(s);
        forward(net, batch, own, true, noise);
        lose(net, rows.from, rows.to, true);
        own.has(out);
        backward(net, own);
    }

    void narrow_passes(const Batch<T>& batch, bool the_same, int number, int team, Watch& watch) {
        const Size size = Narrow<T>::PIECE, pieces = (batch.rows + size - 1) / size;
        Narrow<T>& narrow = narrow_[number];
        for (Size p = pieces * number / team; p < pieces * (number + 1) / team; ++p) {
            Size first = p * size, last = std::min(first + size, batch.rows);
            if (watch.over()) return;
            net.enter(batch, first, last);
            narrow.pass(batch, first, last, the_same && !net.copies, sums_.data() + p * narrow.size());
        }
    }

    Network<T>& net;
    std::vector<Narrow<T>> narrow_;
    Memory<T> sums_;  // of the narrow network's pieces
    Division<T> division_;
    Gradients<T> gradients_;
    Size weights_ = sizeof(T);  // bytes of all W that products go over
    Size block_ = 96;
    bool stopped_ = false;  // behind the passes of a shard
};

}  // namespace glassnet
