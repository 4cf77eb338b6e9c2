// Gradients of the parameters, summed over the examples of a batch, and what becomes of them.
//
// A thread sums those of its own stretches of W over all examples, and updates these at once, with
// the gradient still in its cache.

#pragma once

#include "columns.hpp"
#include "norms.hpp"

namespace glassnet {

constexpr Size CHUNK = 512;   // examples that a sum in registers runs over
constexpr Size PACKED = 4;    // panels that are packed together
constexpr Size PIECE = 6144;  // numbers of W that are summed, and then updated, at once

template <class T>
class Gradients {
public:
    Gradients(Network<T>& network, int most_threads)
        : net(network), tasks_(net), penalties_(tasks_.size()), scratch_(most_threads),
          finite_(most_threads, 1) {
        Size widest = net.kernels.widest * net.kernels.lanes;
        Size inputs = 0;
        for (auto& layer : net.layers)
            if (!layer.sparse) inputs = std::max(inputs, layer.layout.inputs);
        for (auto& scratch : scratch_) {
            scratch.tiles.resize(std::min(CHUNK, net.capacity) * up_to(inputs, net.kernels.tile));
            scratch.panel.resize(std::min(CHUNK, net.capacity) *
                                 (PACKED * widest + net.kernels.lanes));
            scratch.sums.resize(PIECE);
        }
    }

    // Before the first step: nothing is faulty yet, and there are arrays for the gradients.
    void begin() {
        std::fill(finite_.begin(), finite_.end(), 1);
        for (auto& layer : net.layers) {
            layer.weights.dw.provide(layer.layout.size());
            layer.bias.dw.provide(up_to(layer.layout.units, layer.layout.lanes));
        }
    }

    // Sums in float64 for batches of more than one shard.
    void make_wide_sums() {
        for (auto& layer : net.layers)
            for (auto* x : {&layer.weights, &layer.bias}) x->wide.provide(x->dw.size());
    }

    // What a thread does of the second phase, for a batch of one shard.
    void sum(const Share& share, const Batch<T>& batch) {
        tasks_.own(share.number, share.team, [&](const Task& stretch, Size first, Size last) {
            for (Size t = first; t < last && measures(share); ++t)
                penalties_.measure(net, tasks_[t], t);
            auto& layer = net.layers[stretch.layer];
            const Node& node = dense(stretch.layer);
            auto& in = net.values[node.reads[0]];
            auto& out = net.values[node.makes];
            if (node.kind == Kind::dual)
                dual(layer, out, stretch.from, stretch.to, share);
            else if (layer.sparse)
                from_sparse(layer, batch, batch.sparse[node.reads[0]], out, stretch.from, stretch.to,
                            share);
            else if (layer.layout.along_units)
                along_units(layer, in, out, stretch.from, stretch.to, share);
            else
                along_inputs(layer, in, out, stretch.from, stretch.to, share);
            if (stretch.from == 0) bias(layer, out, share);
        });
    }

    // The same where dW and db are summed already, by one thread.
    void use(const Share& share) {
        for (Size t = 0; t < tasks_.size() && measures(share); ++t)
            penalties_.measure(net, tasks_[t], t);
        for (auto& layer : net.layers) {
            apply(layer.weights, 0, layer.layout.size(), true, share);
            apply(layer.bias, 0, layer.layout.units, false, share);
        }
    }

    // All gradients scaled together to at most the norm that is allowed, then the update.
    void clip(const Plan& plan, int number, int team) {
        // Every thread takes the whole norm, in the same order: it is cheap beside the products.
        double norm = gradient_norm(net);
        Update update = plan.update;
        update.scale = norm > plan.limit_norm ? plan.limit_norm / norm : 1.0;
        update.l1 = update.l2 = 0;
        tasks_.own(number, team, [&](const Task& stretch, Size, Size) {
            auto& layer = net.layers[stretch.layer];
            auto go = [&](Parameters<T>& x, Size from, Size count, bool weights) {
                finite_[number] &= net.kernels.update(update, x.range(from, count), weights);
            };
            layer.layout.stretches(stretch.from, stretch.to, [&](Size at, Size count, Size) {
                go(layer.weights, at, count, true);
            });
            net.turn(layer, stretch.from, stretch.to);
            if (stretch.from == 0) go(layer.bias, 0, layer.layout.units, false);
        });
    }

    bool finite() const {
        return std::all_of(finite_.begin(), finite_.end(), [](char f) { return f; });
    }
    void found_a_fault(int number) { finite_[number] = 0; }
    double penalty(const Plan& plan) const { return penalties_.total(plan); }

private:
    struct Scratch {
        Memory<T> tiles, panel, sums;
        Columns<T> columns;
    };

    static bool measures(const Share& share) { return share.is_last() && share.plan.penalized(); }

    const Node& dense(int layer) const {
        for (auto& node : net.description.nodes)
            if (node.layer == layer) return node;
        throw std::logic_error("a layer without a node");
    }

    void along_units(Layer<T>& layer, Value<T>& in, Value<T>& out, Size from, Size to,
                     const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        const Plan& plan = share.plan;
        const Size rows = share.rows;
        Size tile = net.kernels.tile;
        bool packs_tiles = in.step * static_cast<Size>(sizeof(T)) * std::min(rows, CHUNK) > 65536;
        bool packs_panel = out.step > at.widest * at.lanes &&
                           out.step * static_cast<Size>(sizeof(T)) * std::min(rows, CHUNK) > 24576;
        bool at_once = whole_at_once(layer, share);
        for (Size begin = 0; begin < rows; begin += CHUNK) {
            Size depth = std::min(CHUNK, rows - begin);
            const T* a = in.a + begin * in.step;
            if (packs_tiles) net.kernels.pack_tiles(a, in.step, depth, from, to, scratch.tiles.data());
            bool last_chunk = begin + CHUNK >= rows;
            for (Size p = 0; p < panels(at.vectors_out(), at.widest); ++p) {
                Panel piece = panel(at.vectors_out(), at.widest, p);
                Size first = piece.first * at.lanes, width = piece.width * at.lanes;
                const T* q = out.da + begin * out.step + first;
                Size q_step = out.step;
                if (packs_panel) {
                    net.kernels.pack_panel(q, q_step, depth, width, width, scratch.panel.data());
                    q = scratch.panel.data();
                    q_step = width;
                }
                Size piece_rows = std::max<Size>(PIECE / width / tile, 1) * tile;
                for (Size k = from; k < to; k += piece_rows) {
                    Size some = std::min(piece_rows, to - k), here = first * at.inputs + k * width;
                    Range<T> range = layer.weights.range(here, some * width);
                    if (at_once) range.dw = scratch.sums.data();
                    net.kernels.product(
                        {packs_tiles ? scratch.tiles.data() + (k - from) * depth : a + k, 1,
                         packs_tiles ? tile : in.step, packs_tiles ? tile * depth : tile, q, q_step,
                         range.dw, width, some, depth, std::min(width, at.units), nullptr, begin > 0,
                         {at_once ? range.w : nullptr, range.v ? range.v : range.w, range.s ? range.s : range.w}});
                    if (at_once)
                        finite_[share.number] &= net.kernels.update(plan.update, range, true);
                    else if (last_chunk)
                        apply(layer.weights, here, some * width, true, share);
                }
            }
        }
        if (plan.updates_at_once() && share.is_last()) net.turn(layer, from, to);
    }

    void from_sparse(Layer<T>& layer, const Batch<T>& batch, const Sparse<T>& x, Value<T>& out,
                     Size from, Size to, const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        bool at_once = whole_at_once(layer, share);
        for (Size begin = 0; begin < batch.rows; begin += CHUNK) {
            Size end = std::min(begin + CHUNK, batch.rows);
            scratch.columns.collect(x, batch, begin, end, from, to);
            for (Size p = 0; p < panels(at.vectors_out(), at.widest); ++p) {
                Panel piece = panel(at.vectors_out(), at.widest, p);
                Size first = piece.first * at.lanes, width = piece.width * at.lanes;
                for (Size k = from; k < to; k += PIECE / width) {
                    Size some = std::min(PIECE / width, to - k), here = first * at.inputs + k * width;
                    Range<T> range = layer.weights.range(here, some * width);
                    if (at_once) range.dw = scratch.sums.data();
                    net.kernels.gathered({scratch.columns.all(), nullptr, k - from, out.da + first,
                                          out.step, range.dw, width, some, 0,
                                          std::min(width, at.units), nullptr, begin > 0});
                    if (at_once)
                        finite_[share.number] &= net.kernels.update(share.plan.update, range, true);
                    else if (end == batch.rows)
                        apply(layer.weights, here, some * width, true, share);
                }
            }
        }
    }

    // Gradients that are whole at once stay in the cache for their update, and nowhere else.
    static bool whole_at_once(const Layer<T>& layer, const Share& share) {
        return share.rows <= CHUNK && share.shards == 1 && share.plan.updates_at_once() &&
               layer.layout.units >= layer.layout.lanes;
    }

    void along_inputs(Layer<T>& layer, Value<T>& in, Value<T>& out, Size from, Size to,
                      const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        const Size rows = share.rows;
        // Several panels are packed at once: long pieces of a row come from memory faster.
        Size widest = PACKED * at.widest * at.lanes;
        // Few units that fill the registers read every row once: that needs no packing.
        bool tall = at.units > net.kernels.tile && at.units <= net.kernels.tallest;
        for (Size begin = 0; begin < rows; begin += CHUNK) {
            Size depth = std::min(CHUNK, rows - begin);
            const T* dz = out.da + begin * out.step;
            for (Size first = from; first < to; first += widest) {
                Size numbers = std::min(widest, to - first), width = up_to(numbers, at.lanes);
                const T* q = in.a + begin * in.step + first;
                if (tall && numbers > at.lanes) {
                    net.kernels.tall({dz, 1, out.step, 0, q, in.step,
                                      layer.weights.dw.data() + first, at.step, at.units, depth,
                                      numbers, nullptr, begin > 0});
                    continue;
                }
                Size q_step = in.step;
                bool overruns = numbers < width && numbers > at.lanes;
                if (overruns || (q_step > width && q_step * static_cast<Size>(sizeof(T)) * depth >
                                                       24576)) {
                    q_step = row_step<T>(width, at.lanes);
                    net.kernels.pack_panel(q, in.step, depth, numbers, q_step, scratch.panel.data());
                    q = scratch.panel.data();
                }
                net.kernels.product({dz, 1, out.step, net.kernels.tile, q, q_step,
                                     layer.weights.dw.data() + first, at.step, at.units, depth,
                                     numbers, nullptr, begin > 0});
            }
        }
        // Lanes behind the last input stay zero, whatever stood there in the rows above.
        at.stretches(from, to, [&](Size place, Size count, Size) {
            apply(layer.weights, place, count, true, share);
        });
    }

    // The gradient is dZ (dual.hpp), of the examples `from`..`to`.
    void dual(Layer<T>& layer, Value<T>& out, Size from, Size to, const Share& share) {
        auto& at = layer.layout;
        at.stretches(from, to, [&](Size place, Size count, Size unit) {
            Size step = count / (to - from), units = std::min(step, at.units - unit);
            for (Size i = from; i < to; ++i)
                for (Size j = 0; j < units; ++j)
                    layer.weights.dw[place + (i - from) * step + j] = out.da[i * out.step + unit + j];
            apply(layer.weights, place, count, true, share);
        });
    }

    void bias(Layer<T>& layer, Value<T>& out, const Share& share) {
        net.kernels.column_sums(out.da, out.step, share.rows, layer.layout.units,
                                layer.bias.dw.data(), false);
        apply(layer.bias, 0, layer.layout.units, false, share);
    }

    // What happens to a stretch of gradients once it is summed.
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
        finite_[share.number] &= share.plan.updates_at_once()
                                     ? net.kernels.update(update, range, weights)
                                     : net.kernels.finish(update, range, weights);
    }

    Network<T>& net;
    Tasks tasks_;
    Penalties<T> penalties_;
    std::vector<Scratch> scratch_;
    std::vector<char> finite_;  // of each thread
};

}  // namespace glassnet
