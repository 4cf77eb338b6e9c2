// Gradients of the parameters, summed over the examples of a batch, and what becomes of them.
//
// A thread sums those of its own stretches of W over all examples, and updates these at once, with
// the gradient still in its cache; or, where the norm of all is needed or the sums take long, behind
// all sums.

#pragma once

#include <numeric>

#include "columns.hpp"
#include "division.hpp"
#include "norms.hpp"

namespace glassnet {

constexpr Size CHUNK = 512;   // examples that a sum in registers runs over
constexpr Size PACKED = 4;    // panels that are packed together
constexpr Size PIECE = 6144;  // numbers of W that are summed, and then updated, at once

template <class T>
class Gradients {
public:
    Gradients(Network<T>& network, const Division<T>& division, int most_threads)
        : net(network), division_(division), tasks_(net), penalties_(tasks_.size()),
          scratch_(most_threads), finite_(most_threads, 1) {
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

    // What the parameters add to the cost, before they are updated.
    void measure(int number, int team) {
        for (Size t = 0; t < tasks_.size(); ++t)
            if (tasks_.mine(t, number, team)) penalties_.measure(net, tasks_[t], t);
    }

    // What a thread does of the second phase, for a batch of one shard.
    void sum(const Share& share, const Batch<T>& batch) {
        own(share.number, share.team, share.by_units, [&](const Task& task) {
            auto& layer = net.layers[task.layer];
            const Node& node = dense(task.layer);
            const Examples<T> in = net.rows(node.reads[0], batch, 0);
            auto& out = net.values[node.makes];
            if (node.kind == Kind::dual)
                dual(layer, out, task, share);
            else if (layer.sparse)
                from_sparse(layer, batch, batch.sparse[node.reads[0]], out, task, share);
            else if (layer.layout.along_units)
                along_units(layer, in, out, task, share);
            else
                along_inputs(layer, in, out, task, share);
            if (task.from == 0 && !share.left()) bias(layer, out, task, share);
        });
    }

    // The same where dW and db are summed already, by one thread.
    void use(const Share& share) {
        for (auto& layer : net.layers) {
            apply(layer.weights, 0, layer.layout.size(), true, share);
            apply(layer.bias, 0, layer.layout.units, false, share);
        }
    }

    // The update, behind all sums: of gradients scaled together to the norm that is allowed.
    void update(const Share& share) {
        Update update = share.plan.update;
        if (share.plan.limit_norm > 0) {
            // Every thread takes the whole norm, in the same order: it is cheap beside the products.
            double norm = gradient_norm(net);
            update.scale = norm > share.plan.limit_norm ? share.plan.limit_norm / norm : 1.0;
            update.l1 = update.l2 = 0;
        }
        own(share.number, share.team, share.by_units, [&](const Task& task) {
            auto& layer = net.layers[task.layer];
            auto go = [&](Parameters<T>& x, Size from, Size count, bool weights) {
                judge(net.kernels.update(update, x.range(from, count), weights), share);
            };
            layer.layout.stretches(task.from, task.to, task.first, task.last,
                                   [&](Size at, Size count, Size) {
                go(layer.weights, at, count, true);
            });
            net.turn(layer, task.from, task.to, task.first, task.last);
            if (task.from == 0) go(layer.bias, task.first, task.last - task.first, false);
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

    // `use` of what thread `number` has of every W: the units that are its own in both passes, and
    // of the layers that are divided by rows, some inputs.
    template <class Use>
    void own(int number, int team, bool by_units, Use use) const {
        if (!by_units) return tasks_.own(number, team, use);
        for (int l = static_cast<int>(net.layers.size()) - 1; l >= 0; --l) {
            auto& at = net.layers[l].layout;
            int value = dense(l).makes;
            Task task{l, 0, at.inputs, 0, at.units};
            if (division_.by_units(value)) {
                Part part = division_.part(value, 0, number, team);
                task.first = part.first;
                task.last = part.last;
            } else {
                auto cut = [&](int part) {
                    return std::min(at.vectors_in() * part / team * at.lanes, at.inputs);
                };
                task.from = cut(number);
                task.to = cut(number + 1);
            }
            if (task.from < task.to && task.first < task.last) use(task);
        }
    }

    const Node& dense(int layer) const {
        for (auto& node : net.description.nodes)
            if (node.layer == layer) return node;
        throw std::logic_error("a layer without a node");
    }

    // Panels of dZ that lie in the scratch of a thread.
    struct Packed {
        Size first = 0, width = 0, count = 0;
        bool has(Size unit, Size wide) const {
            return wide == width && unit >= first && unit < first + count * width;
        }
    };

    void along_units(Layer<T>& layer, const Examples<T>& in, Value<T>& out, const Task& task,
                     const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        const Size rows = share.rows;
        const Size tile = net.kernels.tile, group = std::lcm(tile, at.lanes);
        bool packs_tiles = in.order || in.step * static_cast<Size>(sizeof(T)) * std::min(rows, CHUNK) > 65536;
        bool packs_panel = out.step > at.widest * at.lanes &&
                           out.step * static_cast<Size>(sizeof(T)) * std::min(rows, CHUNK) > 24576;
        bool at_once = whole_at_once(layer, share);
        for (Size begin = 0; begin < rows; begin += CHUNK) {
            Size depth = std::min(CHUNK, rows - begin);
            const Examples<T> a = in.from(begin);
            if (packs_tiles)
                net.kernels.pack_tiles(a, depth, task.from, task.to, scratch.tiles.data());
            bool last_chunk = begin + CHUNK >= rows;
            Packed panels;
            at.each_panel(task.first, task.last, [&](Size first, Size width) {
                if (share.left()) return;
                const T* q = out.da + begin * out.step + first;
                Size q_step = out.step;
                if (packs_panel) {
                    if (!panels.has(first, width)) {
                        Size whole = (up_to(task.last, at.lanes) - first) / width;
                        panels = {first, width, std::min(whole, PACKED)};
                        net.kernels.pack_panels({q, q_step}, depth, width, panels.count,
                                                scratch.panel.data());
                    }
                    q = scratch.panel.data() + (first - panels.first) * depth;
                    q_step = width;
                }
                const Size piece_rows = std::max<Size>(PIECE / width / group, 1) * group;
                for (Size k = task.from; k < task.to; k += piece_rows) {
                    Size some = std::min(piece_rows, task.to - k);
                    Size here = first * at.inputs + k * width;
                    Range<T> range = layer.weights.range(here, some * width);
                    if (at_once) range.dw = scratch.sums.data();
                    net.kernels.product(
                        {packs_tiles ? scratch.tiles.data() + (k - task.from) * depth : a[0] + k, 1,
                         packs_tiles ? tile : in.step, packs_tiles ? tile * depth : tile, q, q_step,
                         range.dw, width, some, depth, std::min(width, at.units), nullptr, begin > 0,
                         {at_once ? range.w : nullptr, range.v ? range.v : range.w, range.s ? range.s : range.w}});
                    if (at_once)
                        judge(net.kernels.update(share.plan.update, range, true), share);
                    else if (last_chunk)
                        apply(layer.weights, here, some * width, true, share);
                    if (last_chunk && share.updates_at_once() && share.is_last())
                        net.turn(layer, k, k + some, first, first + width);
                }
            });
        }
    }

    void from_sparse(Layer<T>& layer, const Batch<T>& batch, const Sparse<T>& x, Value<T>& out,
                     const Task& task, const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        bool at_once = whole_at_once(layer, share);
        for (Size begin = 0; begin < batch.rows; begin += CHUNK) {
            if (share.left()) return;
            Size end = std::min(begin + CHUNK, batch.rows);
            scratch.columns.collect(x, batch, begin, end, task.from, task.to);
            at.each_panel(task.first, task.last, [&](Size first, Size width) {
                for (Size k = task.from; k < task.to; k += PIECE / width) {
                    Size some = std::min(PIECE / width, task.to - k);
                    Size here = first * at.inputs + k * width;
                    Range<T> range = layer.weights.range(here, some * width);
                    if (at_once) range.dw = scratch.sums.data();
                    net.kernels.gathered({scratch.columns.all(), nullptr, k - task.from, out.da + first,
                                          out.step, range.dw, width, some, 0,
                                          std::min(width, at.units), nullptr, begin > 0});
                    if (at_once)
                        judge(net.kernels.update(share.plan.update, range, true), share);
                    else if (end == batch.rows)
                        apply(layer.weights, here, some * width, true, share);
                }
            });
        }
    }

    void judge(bool finite, const Share& share) {
        if (!finite) found_a_fault(share.number);
    }

    // Gradients that are whole at once stay in the cache for their update, and nowhere else.
    static bool whole_at_once(const Layer<T>& layer, const Share& share) {
        return share.rows <= CHUNK && share.shards == 1 && share.updates_at_once() &&
               layer.layout.units >= layer.layout.lanes;
    }

    void along_inputs(Layer<T>& layer, const Examples<T>& in, Value<T>& out, const Task& task,
                      const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        const Size rows = share.rows;
        // Several panels are packed at once: long pieces of a row come from memory faster.
        Size widest = PACKED * at.widest * at.lanes;
        // Few units that fill the registers read every row once: that needs no packing.
        const Size units = task.last - task.first;
        bool tall = units > net.kernels.tile && units <= net.kernels.tallest;
        T* dw = layer.weights.dw.data() + task.first * at.step;
        for (Size begin = 0; begin < rows; begin += CHUNK) {
            Size depth = std::min(CHUNK, rows - begin);
            const T* dz = out.da + begin * out.step + task.first;
            for (Size first = task.from; first < task.to; first += widest) {
                if (share.left()) return;
                Size numbers = std::min(widest, task.to - first), width = up_to(numbers, at.lanes);
                const Examples<T> x = in.from(begin, first);
                const T* q = x.first;
                if (tall && numbers > at.lanes) {
                    net.kernels.tall({dz, out.step, x, dw + first, at.step, units, depth, numbers,
                                      begin > 0});
                    continue;
                }
                Size q_step = in.step;
                bool overruns = numbers < width && numbers > at.lanes;
                if (x.order || overruns || (q_step > width && q_step * static_cast<Size>(sizeof(T)) * depth >
                                                       24576)) {
                    q_step = row_step<T>(width, at.lanes);
                    net.kernels.pack_panel(x, depth, numbers, q_step, scratch.panel.data());
                    q = scratch.panel.data();
                }
                net.kernels.product({dz, 1, out.step, net.kernels.tile, q, q_step, dw + first,
                                     at.step, units, depth, numbers, nullptr, begin > 0});
            }
        }
        // Lanes behind the last input stay zero, whatever stood there in the rows above.
        at.stretches(task.from, task.to, task.first, task.last,
                     [&](Size place, Size count, Size) {
            apply(layer.weights, place, count, true, share);
        });
    }

    // The gradient is dZ (dual.hpp); its inputs are the examples.
    void dual(Layer<T>& layer, Value<T>& out, const Task& task, const Share& share) {
        auto& at = layer.layout;
        at.stretches(task.from, task.to, task.first, task.last,
                     [&](Size place, Size count, Size unit) {
            Size step = count / (task.to - task.from), units = std::min(step, at.units - unit);
            for (Size i = task.from; i < task.to; ++i)
                for (Size j = 0; j < units; ++j)
                    layer.weights.dw[place + (i - task.from) * step + j] = out.da[i * out.step + unit + j];
            apply(layer.weights, place, count, true, share);
        });
    }

    void bias(Layer<T>& layer, Value<T>& out, const Task& task, const Share& share) {
        const Size units = task.last - task.first;
        net.kernels.column_sums(out.da + task.first, out.step, share.rows, units,
                                layer.bias.dw.data() + task.first);
        apply(layer.bias, task.first, units, false, share);
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
        if (share.updates_at_once())
            judge(net.kernels.update(update, range, weights), share);
        else if (share.plan.wants_gradients())
            judge(net.kernels.finish(update, range, weights), share);
    }

    Network<T>& net;
    const Division<T>& division_;
    Tasks tasks_;
    Penalties<T> penalties_;
    std::vector<Scratch> scratch_;
    std::vector<char> finite_;  // of each thread; on a line that all read, and only a fault writes to
};

}  // namespace glassnet
