// Updates: both passes, the gradients of the parameters, and the parameters that follow from them.
//
// An update has two phases, with a barrier behind each. First every thread takes its share of the
// examples forward and back. Then every thread takes its share of the parameters: it sums their
// gradients over all examples and updates them at once, with the gradient still in its cache. No
// number is a sum of parts from several threads, so how many there are changes no bit.

#pragma once

#include <cmath>

#include "narrow.hpp"
#include "network.hpp"
#include "pool.hpp"
#include "watch.hpp"

namespace glassnet {

constexpr Size SHARD = 8192;  // examples at once: as in glassnet.engines.engine
constexpr Size CHUNK = 512;   // examples that a sum in registers runs over
constexpr Size PACKED = 4;    // panels that are packed together
constexpr Size PIECE = 6144;  // numbers of W that are summed, and then updated, at once

// A stretch of a dense layer's W that one thread works on: inputs `from`..`to`.
struct Task {
    int layer;
    Size from, to;
};

template <class T>
struct Plan {
    Update update;
    double limit_norm = 0;   // of all gradients together; 0: none
    double l1 = 0, l2 = 0;   // λ of the cost
    double total = 1;
    bool updates = true;     // else the gradients are all that is wanted
    Size at_once = SHARD;    // examples; a trace is of all of them
};

enum class Outcome { made, faulty, stopped };

template <class T>
class Trainer {
public:
    Trainer(Network<T>& network, int most_threads) : net(network) {
        if (Narrow<T>::fits(net)) {
            for (auto& layer : net.layers) layer.layout.along_units = false;
            for (int t = 0; t < most_threads; ++t) narrow_.emplace_back(net);
            sums_.resize(((std::min(net.capacity, SHARD) + Narrow<T>::PIECE - 1) /
                          Narrow<T>::PIECE) * narrow_[0].size());
        }
        cut();
        scratch_.resize(most_threads);
        finite_.assign(most_threads, 1);
        Size widest = net.kernels.widest * net.kernels.lanes;
        Size inputs = 0;
        for (auto& layer : net.layers) inputs = std::max(inputs, layer.layout.inputs);
        for (auto& scratch : scratch_) {
            scratch.tiles.resize(std::min(CHUNK, net.capacity) * up_to(inputs, net.kernels.tile));
            scratch.panel.resize(std::min(CHUNK, net.capacity) *
                                 (PACKED * widest + net.kernels.lanes));
            scratch.sums.resize(PIECE);
        }
        Size bytes = net.units_per_row * static_cast<Size>(sizeof(T));
        block_ = std::clamp<Size>(512 * 1024 / std::max<Size>(bytes, 1), 96, 1020) / 6 * 6;
    }

    // One batch, by thread `number` of `team`. It is faulty where something is not finite; where it
    // is stopped, no parameter has changed. The cost is in `cost` of thread 0.
    Outcome step(const Batch<T>& batch, const Plan<T>& plan, const Philox* noise, int number, int team,
                 Barrier& barrier, Watch& watch, double& cost) {
        const Size most = std::max(SHARD, plan.at_once), shards = (batch.rows + most - 1) / most;
        double losses = 0;
        for (Size shard = 0; shard < shards; ++shard) {
            Batch<T> part = batch;
            Size at = shard * most;
            part.rows = std::min(most, batch.rows - at);
            if (part.order)
                part.order += at;
            else
                part.first += at;
            if (shards > 1) {
                if (number == 0) net.open(part, part.order == nullptr);
                barrier.wait();
            }
            if (narrow_.empty())
                passes(part, noise, shard, number, team, watch);
            else
                narrow_passes(part, shards == 1, number, team, watch);
            barrier.wait();
            if (watch.over()) return Outcome::stopped;
            if (number == 0) losses += sum_of_losses(part.rows);
            if (narrow_.empty())
                gradients(part.rows, shard, shards, plan, number, team);
            else if (number == 0)
                narrow_gradients(part.rows, shard, shards, plan);
            if (shard + 1 < shards) barrier.wait();
        }
        if (number == 0 && !std::isfinite(losses)) finite_[0] = 0;
        barrier.wait();
        if (plan.limit_norm > 0) {
            clipped(plan, number, team);
            barrier.wait();
        }
        bool finite = std::all_of(finite_.begin(), finite_.end(), [](char f) { return f; });
        if (number == 0) cost = losses / static_cast<double>(batch.rows) + penalty(plan);
        return finite ? Outcome::made : Outcome::faulty;
    }

    // Before the first step: nothing is faulty yet, and there are arrays for the gradients.
    void begin() {
        std::fill(finite_.begin(), finite_.end(), 1);
        for (auto& narrow : narrow_) narrow.begin();
        for (auto& layer : net.layers) {
            layer.weights.dw.provide(layer.layout.size());
            layer.bias.dw.provide(up_to(layer.layout.units, layer.layout.lanes));
        }
    }

private:
    struct Scratch {
        Memory<T> tiles, panel, sums;
    };

    // The work is counted in multiply-adds, as it was measured: so many are as long as the update of
    // a number, as what turns it, and as a number in a sum of the bias.
    static constexpr double UPDATED = 20, TURNED = 15, SUMMED = 10;

    // Inputs are dealt out in whole vectors where W is turned, in whole tiles where not.
    void cut() {
        for (int l = static_cast<int>(net.layers.size()) - 1; l >= 0; --l) {
            auto& at = net.layers[l].layout;
            Size group = net.layers[l].passes_back ? net.kernels.lanes : net.kernels.tile;
            if (at.along_units) {
                for (Size k = 0; k < at.inputs; k += group)
                    tasks_.push_back({l, k, std::min(k + group, at.inputs)});
            } else {
                for (Size p = 0; p < panels(at.vectors_in(), at.widest); ++p) {
                    Panel piece = panel(at.vectors_in(), at.widest, p);
                    tasks_.push_back({l, piece.first * at.lanes,
                                      std::min((piece.first + piece.width) * at.lanes, at.inputs)});
                }
            }
        }
        double sum = 0;
        for (auto& task : tasks_) {
            auto& layer = net.layers[task.layer];
            auto& at = layer.layout;
            auto rows = static_cast<double>(net.capacity);
            bool turned = at.along_units && layer.passes_back;
            sum += static_cast<double>(task.to - task.from) *
                   static_cast<double>(at.along_units ? up_to(at.units, at.lanes) : at.units) *
                   (rows + UPDATED + (turned ? TURNED : 0));
            if (task.from == 0) sum += static_cast<double>(at.units) * rows * SUMMED;
            work_.push_back(sum);
        }
        norms_.resize(2 * (tasks_.size() + net.layers.size()));
    }

    void passes(const Batch<T>& batch, const Philox* noise, Size shard, int number, int team,
                Watch& watch) {
        Size from = batch.rows * number / team, to = batch.rows * (number + 1) / team;
        Philox source{};
        if (noise) {
            source = *noise;
            source.counter[3] = static_cast<std::uint64_t>(shard);
        }
        for (Size first = from; first < to; first += block_) {
            Size last = std::min(first + block_, to);
            if (number == 0) watch.look();
            if (watch.over()) return;
            net.enter(batch, first, last);
            net.forward(first, last, true, noise ? &source : nullptr, batch.rows);
            net.lose(first, last, true);
            net.backward(first, last);
        }
    }

    void narrow_passes(const Batch<T>& batch, bool the_same, int number, int team, Watch& watch) {
        const Size size = Narrow<T>::PIECE, pieces = (batch.rows + size - 1) / size;
        Narrow<T>& narrow = narrow_[number];
        for (Size p = pieces * number / team; p < pieces * (number + 1) / team; ++p) {
            Size first = p * size, last = std::min(first + size, batch.rows);
            if (number == 0) watch.look();
            if (watch.over()) return;
            net.enter(batch, first, last);
            narrow.pass(first, last, the_same && !net.copies, sums_.data() + p * narrow.size());
        }
    }

    void narrow_gradients(Size rows, Size shard, Size shards, const Plan<T>& plan) {
        narrow_[0].add(sums_.data(), (rows + Narrow<T>::PIECE - 1) / Narrow<T>::PIECE);
        for (std::size_t t = 0; t < tasks_.size() && penalized(plan) && shard + 1 == shards; ++t)
            measure(net.layers[tasks_[t].layer], tasks_[t], static_cast<Size>(t));
        for (auto& layer : net.layers) {
            apply(layer.weights, 0, layer.layout.size(), true, shard, shards, plan, 0);
            apply(layer.bias, 0, layer.layout.units, false, shard, shards, plan, 0);
        }
    }

    double sum_of_losses(Size rows) const {
        return net.kernels.total(net.each.data(), rows);
    }

    void gradients(Size rows, Size shard, Size shards, const Plan<T>& plan, int number, int team) {
        Scratch& scratch = scratch_[number];
        Size first = 0;
        while (first < static_cast<Size>(tasks_.size())) {
            Size last = first + 1;
            if (!mine(first, number, team)) {
                first = last;
                continue;
            }
            auto& layer = net.layers[tasks_[first].layer];
            // Neighbours of the same layer are one stretch.
            while (last < static_cast<Size>(tasks_.size()) &&
                   tasks_[last].layer == tasks_[first].layer && mine(last, number, team))
                ++last;
            if (shard + 1 == shards && penalized(plan))
                for (Size t = first; t < last; ++t) measure(layer, tasks_[t], t);
            Size from = tasks_[first].from, to = tasks_[last - 1].to;
            const Node& node = dense(tasks_[first].layer);
            auto& in = net.values[node.reads[0]];
            auto& out = net.values[node.makes];
            if (node.kind == Kind::dual)
                dual(layer, out, from, to, plan, number);
            else if (layer.layout.along_units)
                along_units(layer, in, out, rows, from, to, shard, shards, plan, scratch, number);
            else
                along_inputs(layer, in, out, rows, from, to, shard, shards, plan, scratch, number);
            if (from == 0) bias(layer, out, rows, shard, shards, plan, number);
            first = last;
        }
    }

    bool mine(Size task, int number, int team) const {
        double middle = task ? (work_[task] + work_[task - 1]) / 2 : work_[0] / 2;
        int owner = static_cast<int>(middle * team / work_.back());
        return std::min(owner, team - 1) == number;
    }

    const Node& dense(int layer) const {
        for (auto& node : net.description.nodes)
            if (node.layer == layer) return node;
        throw std::logic_error("a layer without a node");
    }

    void along_units(Layer<T>& layer, Value<T>& in, Value<T>& out, Size rows, Size from, Size to,
                     Size shard, Size shards, const Plan<T>& plan, Scratch& scratch, int number) {
        auto& at = layer.layout;
        Size tile = net.kernels.tile;
        bool packs_tiles = in.step * static_cast<Size>(sizeof(T)) * std::min(rows, CHUNK) > 65536;
        bool packs_panel = out.step > at.widest * at.lanes &&
                           out.step * static_cast<Size>(sizeof(T)) * std::min(rows, CHUNK) > 24576;
        // Gradients that are whole at once stay in the cache for their update, and nowhere else.
        bool at_once = rows <= CHUNK && shards == 1 && plan.updates && plan.limit_norm == 0 &&
                       at.units >= at.lanes;
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
                        finite_[number] &= net.kernels.update(plan.update, range, true);
                    else if (last_chunk)
                        apply(layer.weights, here, some * width, true, shard, shards, plan, number);
                }
            }
        }
        if (plan.updates && plan.limit_norm == 0 && shard + 1 == shards) net.turn(layer, from, to);
    }

    void along_inputs(Layer<T>& layer, Value<T>& in, Value<T>& out, Size rows, Size from, Size to,
                      Size shard, Size shards, const Plan<T>& plan, Scratch& scratch, int number) {
        auto& at = layer.layout;
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
        for (Size j = 0; j < at.units; ++j)
            apply(layer.weights, j * at.step + from,
                  to - from, true, shard, shards, plan, number);
    }

    // The gradient is dZ (dual.hpp), of the examples `from`..`to`.
    void dual(Layer<T>& layer, Value<T>& out, Size from, Size to, const Plan<T>& plan, int number) {
        auto& at = layer.layout;
        auto& dw = layer.weights.dw;
        auto take = [&](Size place, Size step, Size first, Size units) {
            for (Size i = from; i < to; ++i)
                for (Size j = 0; j < units; ++j)
                    dw[place + i * step + j] = out.da[i * out.step + first + j];
        };
        if (at.along_units) {
            for (Size p = 0; p < panels(at.vectors_out(), at.widest); ++p) {
                Panel piece = panel(at.vectors_out(), at.widest, p);
                Size first = piece.first * at.lanes, width = piece.width * at.lanes;
                take(first * at.inputs, width, first, std::min(width, at.units - first));
                apply(layer.weights, first * at.inputs + from * width, (to - from) * width, true, 0,
                      1, plan, number);
            }
            return;
        }
        for (Size j = 0; j < at.units; ++j) {
            take(j * at.step, 1, j, 1);
            apply(layer.weights, j * at.step + from, to - from, true, 0, 1, plan, number);
        }
    }

    void bias(Layer<T>& layer, Value<T>& out, Size rows, Size shard, Size shards,
              const Plan<T>& plan, int number) {
        net.kernels.column_sums(out.da, out.step, rows, layer.layout.units, layer.bias.dw.data(),
                                false);
        apply(layer.bias, 0, layer.layout.units, false, shard, shards, plan, number);
    }

    // What happens to a stretch of gradients once it is summed.
    void apply(Parameters<T>& x, Size from, Size count, bool weights, Size shard, Size shards,
               const Plan<T>& plan, int number) {
        Range<T> range = x.range(from, count);
        if (shards > 1) {
            // Long float32 sums lose digits: shards are added in float64.
            auto& sums = x.wide;
            for (Size i = from; i < from + count; ++i) {
                sums[i] = (shard ? sums[i] : 0.0) + static_cast<double>(x.dw[i]);
                if (shard + 1 == shards) x.dw[i] = static_cast<T>(sums[i]);
            }
            if (shard + 1 < shards) return;
        }
        bool finite = plan.updates && plan.limit_norm == 0
                          ? net.kernels.update(plan.update, range, weights)
                          : net.kernels.finish(plan.update, range, weights);
        if (!finite) finite_[number] = 0;
    }

public:
    // Sums in float64 for batches of more than one shard.
    void make_wide_sums() {
        for (auto& layer : net.layers)
            for (auto* x : {&layer.weights, &layer.bias}) x->wide.provide(x->dw.size());
    }

private:
    static bool penalized(const Plan<T>& plan) { return plan.l1 != 0 || plan.l2 != 0; }

    void measure(Layer<T>& layer, const Task& task, Size index) {
        double* sums = norms_.data() + 2 * index;
        sums[0] = sums[1] = 0;
        norms_of(layer, task, layer.weights.w, sums);
    }

    void norms_of(Layer<T>& layer, const Task& task, const Memory<T>& m, double* sums) {
        auto& at = layer.layout;
        if (!at.along_units) {
            for (Size j = 0; j < at.units; ++j)
                net.kernels.norms(m.data() + j * at.step + task.from, task.to - task.from, &sums[0],
                                  &sums[1]);
            return;
        }
        for (Size p = 0; p < panels(at.vectors_out(), at.widest); ++p) {
            Panel piece = panel(at.vectors_out(), at.widest, p);
            Size width = piece.width * at.lanes;
            net.kernels.norms(m.data() + piece.first * at.lanes * at.inputs + task.from * width,
                              (task.to - task.from) * width, &sums[0], &sums[1]);
        }
    }

    double penalty(const Plan<T>& plan) const {
        if (!penalized(plan)) return 0;
        double squares = 0, absolutes = 0;
        for (std::size_t t = 0; t < tasks_.size(); ++t) {
            squares += penalties_or(t, 0);
            absolutes += penalties_or(t, 1);
        }
        return (plan.l2 / 2 * squares + plan.l1 * absolutes) / plan.total;
    }
    double penalties_or(std::size_t task, int which) const { return norms_[2 * task + which]; }

    // All gradients scaled together to at most the norm that is allowed, then the update.
    void clipped(const Plan<T>& plan, int number, int team) {
        // Every thread takes the whole norm, in the same order: it is cheap beside the products.
        double squares = 0, largest = 0;
        for (auto& layer : net.layers) {
            double sums[2] = {};
            net.kernels.norms(layer.weights.dw.data(), layer.layout.size(), &sums[0], &sums[1]);
            net.kernels.norms(layer.bias.dw.data(), layer.layout.units, &sums[0], &sums[1]);
            squares += sums[0];
            largest = std::max(largest, sums[1]);
        }
        double norm = std::sqrt(squares);
        if (!std::isfinite(norm) && std::isfinite(largest)) {
            // Relative to their largest sum nothing overflows.
            double relative = 0;
            for (auto& layer : net.layers)
                for (auto* x : {&layer.weights, &layer.bias})
                    for (Size i = 0; i < x->dw.size(); ++i) {
                        double r = static_cast<double>(x->dw[i]) / largest;
                        relative += r * r;
                    }
            norm = largest * std::sqrt(relative);
        }
        Update update = plan.update;
        update.scale = norm > plan.limit_norm ? plan.limit_norm / norm : 1.0;
        update.l1 = update.l2 = 0;
        for (std::size_t t = 0; t < tasks_.size(); ++t) {
            if (!mine(static_cast<Size>(t), number, team)) continue;
            auto& task = tasks_[t];
            auto& layer = net.layers[task.layer];
            auto& at = layer.layout;
            auto go = [&](Parameters<T>& x, Size from, Size count, bool weights) {
                if (!net.kernels.update(update, x.range(from, count), weights)) finite_[number] = 0;
            };
            if (at.along_units) {
                for (Size p = 0; p < panels(at.vectors_out(), at.widest); ++p) {
                    Panel piece = panel(at.vectors_out(), at.widest, p);
                    Size width = piece.width * at.lanes;
                    go(layer.weights, piece.first * at.lanes * at.inputs + task.from * width,
                       (task.to - task.from) * width, true);
                }
                net.turn(layer, task.from, task.to);
            } else {
                for (Size j = 0; j < at.units; ++j)
                    go(layer.weights, j * at.step + task.from, task.to - task.from, true);
            }
            if (task.from == 0) go(layer.bias, 0, at.units, false);
        }
    }

    Network<T>& net;
    std::vector<Task> tasks_;
    std::vector<double> work_, norms_;
    std::vector<Scratch> scratch_;
    std::vector<Narrow<T>> narrow_;  // one for each thread, where the network is of that kind
    Memory<T> sums_;                 // of its pieces
    std::vector<char> finite_;
    Size block_ = 96;
};

}  // namespace glassnet
