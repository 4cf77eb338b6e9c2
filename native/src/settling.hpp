// What becomes of the gradients of a stretch of parameters once they are summed: the update, at once,
// with the gradient still in the cache of the thread that summed it; or they stay in dW, for those who
// want them, for the norm of all, or for the sums of the examples that follow.

#pragma once

#include <algorithm>
#include <vector>

#include "network.hpp"
#include "plan.hpp"

namespace glassnet {

// Examples that sums run over at once: so many of `all`, from `begin` on.
struct Chunk {
    Size begin, rows, all;
    bool is_last() const { return begin + rows == all; }
};

// Of the panels from that of unit `unit` on, which are all `width` numbers wide, the inputs `from`..`to`.
struct Piece {
    Size unit, width, panels, from, to;
};

template <class T>
class Settling {
public:
    Settling(Network<T>& network, int most_threads) : net(network), finite_(most_threads, 1) {}

    void begin() { std::fill(finite_.begin(), finite_.end(), 1); }

    // A thread has found something that is not finite; thread 0 also where the costs are not.
    void judge(bool finite, int number) {
        if (!finite) finite_[number] = 0;
    }
    bool finite() const {
        return std::all_of(finite_.begin(), finite_.end(), [](char f) { return f; });
    }

    // Gradients that are whole at once stay in the cache for their update, and nowhere else.
    static bool whole_at_once(const Share& share) {
        return share.rows <= CHUNK && share.shards == 1 && share.updates_at_once();
    }

    // Sums over a chunk, one panel of `step` rows behind the other; or there already, in dW.
    void settle(Layer<T>& layer, const Piece& piece, T* sums, Size step, const Chunk& chunk,
                const Share& share) {
        const Size some = piece.to - piece.from;
        for (Size p = 0; p < piece.panels; ++p, sums += step * piece.width) {
            const Size unit = piece.unit + p * piece.width;
            const Size here = unit * layer.layout.inputs + piece.from * piece.width;
            Range<T> range = layer.weights.range(here, some * piece.width);
            if (whole_at_once(share)) {
                range.dw = sums;
                judge(net.kernels.update(share.plan.update, range, true), share.number);
            } else {
                if (chunk.begin > 0)
                    for (Size j = 0; j < range.count; ++j) range.dw[j] += sums[j];
                else if (sums != range.dw)
                    std::copy_n(sums, range.count, range.dw);
                if (chunk.is_last()) apply(layer.weights, here, range.count, true, share);
            }
            if (chunk.is_last() && share.updates_at_once() && share.is_last())
                net.turn(layer, piece.from, piece.to, unit, unit + piece.width);
        }
    }

    // Sums over a shard, in dW.
    void apply(Parameters<T>& x, Size from, Size count, bool weights, const Share& share) {
        Range<T> range = x.range(from, count);
        if (share.shards > 1) {
            // Long float32 sums lose digits: shards are added in float64.
            auto& sums = x.wide;
            for (Size i = from; i < from + count; ++i) {
                sums[i] = (share.shard ? sums[i] : 0.0) + static_cast<double>(x.dw[i]);
                if (share.is_last()) x.dw[i] = static_cast<T>(sums[i]);
            }
            if (!share.is_last()) return;
        }
        const Update& update = share.plan.update;
        if (share.updates_at_once())
            judge(net.kernels.update(update, range, weights), share.number);
        else if (share.plan.wants_gradients())
            judge(net.kernels.finish(update, range, weights), share.number);
    }

private:
    Network<T>& net;
    std::vector<char> finite_;  // of each thread; on a line that all read, and only a fault writes to
};

}  // namespace glassnet
