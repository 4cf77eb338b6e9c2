// Sums over the examples of a batch: dW = dZ Xᵀ and db of a stretch of a layer's parameters.
//
// They are made piece by piece, so that what is done with a piece finds it in the cache. Which product
// makes them depends on how W lies (layout.hpp), and on which factor has zeros to be skipped.

#pragma once

#include <numeric>

#include "columns.hpp"
#include "settling.hpp"
#include "skipping.hpp"
#include "tasks.hpp"

namespace glassnet {

constexpr Size PACKED = 4;    // panels that are packed together
constexpr Size PIECE = 6144;  // numbers of W that are summed, and then updated, at once

// What is summed: dZ, in rows, and X, over all examples of a batch or shard.
template <class T>
struct Factors {
    Examples<T> x, dz;
    bool given;  // X comes from outside, where all of it was found finite
    Factors from(Size row) const { return {x.from(row), dz.from(row), given}; }
};

template <class T>
class Sums {
public:
    Sums(Network<T>& network, Settling<T>& settling, int most_threads)
        : net(network), settling_(settling), scratch_(most_threads) {
        const Size lanes = net.kernels.lanes, widest = net.kernels.widest, together = net.kernels.together;
        const Size depth = std::min(CHUNK, net.capacity);
        for (auto& layer : net.layers)
            if (!layer.sparse) longest_ = std::max(longest_, layer.layout.inputs);
        const Size piece = std::max(PIECE, together * lanes * widest * lanes);
        for (auto& scratch : scratch_) {
            scratch.p.resize(up_to(longest_, net.kernels.tile) * row_step<T>(depth, lanes));
            scratch.q.resize(depth * std::max(PACKED * widest + 1, together) * lanes);
            scratch.rows.resize(piece);
            scratch.sums.resize(piece);
        }
    }

    void of_weights(Layer<T>& layer, const Factors<T>& of, const Task& task, const Share& share) {
        if (layer.layout.along_units)
            along_units(layer, of, task, share);
        else
            along_inputs(layer, of, task, share);
    }

    void of_bias(Layer<T>& layer, const Factors<T>& of, const Task& task, const Share& share) {
        const Size units = task.last - task.first;
        net.kernels.column_sums(of.dz.first + task.first, of.dz.step, share.rows, units,
                                layer.bias.dw.data() + task.first);
        settling_.apply(layer.bias, task.first, units, false, share);
    }

    void from_sparse(Layer<T>& layer, const Batch<T>& batch, const Sparse<T>& x, const Examples<T>& dz,
                     const Task& task, const Share& share) {
        auto& scratch = scratch_[share.number];
        for (Size begin = 0; begin < batch.rows; begin += CHUNK) {
            if (share.left()) return;
            const Chunk chunk{begin, std::min(CHUNK, batch.rows - begin), batch.rows};
            scratch.columns.collect(x, batch, begin, begin + chunk.rows, task.from, task.to);
            layer.layout.each_panel(task.first, task.last, [&](Size unit, Size width) {
                each_piece(task, unit, width, 1, 1, [&](const Piece& piece) {
                    T* sums = place(layer, piece, chunk, share);
                    net.kernels.gathered({scratch.columns.all(), nullptr, piece.from - task.from,
                                          dz.first + unit, dz.step, sums, width, piece.to - piece.from, 0,
                                          std::min(width, layer.layout.units), nullptr});
                    settling_.settle(layer, piece, sums, piece.to - piece.from, chunk, share);
                });
            });
        }
    }

    // The gradient is dZ (dual.hpp); its inputs are the examples.
    void dual(Layer<T>& layer, const Examples<T>& dz, const Task& task, const Share& share) {
        auto& at = layer.layout;
        at.stretches(task.from, task.to, task.first, task.last,
                     [&](Size place, Size count, Size unit) {
            Size step = count / (task.to - task.from), units = std::min(step, at.units - unit);
            for (Size i = task.from; i < task.to; ++i)
                for (Size j = 0; j < units; ++j)
                    layer.weights.dw[place + (i - task.from) * step + j] = dz[i][unit + j];
            settling_.apply(layer.weights, place, count, true, share);
        });
    }

private:
    // The factors of a thread's products, packed, and what they make: rows of dW, or panels.
    struct Scratch {
        Memory<T> p, q, rows, sums;
        Columns<T> columns;
    };

    void along_units(Layer<T>& layer, const Factors<T>& of, const Task& task, const Share& share) {
        for (Size begin = 0; begin < share.rows; begin += CHUNK) {
            if (share.left()) return;
            const Chunk chunk{begin, std::min(CHUNK, share.rows - begin), share.rows};
            const Factors<T> factors = of.from(begin);
            const Size inputs = task.to - task.from, units = task.last - task.first;
            double by_inputs = 1, by_units = 1;
            if (is_worth_skipping(chunk.rows, inputs, units)) {
                by_inputs = skipping_takes(net.kernels, factors.x, chunk.rows, task.from, task.to, units);
                // An infinite number of X would go unseen behind a dZ of zero.
                if (of.given && units <= longest_)
                    by_units = skipping_takes(net.kernels, factors.dz, chunk.rows, task.first,
                                              task.last, inputs);
            }
            if (std::min(by_inputs, by_units) >= 1)
                with_zeros(layer, factors, chunk, task, share);
            else if (by_inputs <= by_units)
                skipping_inputs(layer, factors, chunk, task, share);
            else
                skipping_units(layer, factors, chunk, task, share);
        }
    }

    // Panels of dZ that are packed.
    struct Packed {
        Size first = 0, width = 0, count = 0;
        bool has(Size unit, Size wide) const {
            return wide == width && unit >= first && unit < first + count * width;
        }
    };

    // dWᵀ = X dZᵀ.
    void with_zeros(Layer<T>& layer, const Factors<T>& of, const Chunk& chunk, const Task& task,
                    const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        const Size tile = net.kernels.tile, depth = chunk.rows;
        const auto bytes = [&](Size step) { return step * static_cast<Size>(sizeof(T)) * depth; };
        const bool packs_tiles = of.x.order || bytes(of.x.step) > 65536;
        const bool packs_panels = of.dz.step > at.widest * at.lanes && bytes(of.dz.step) > 24576;
        if (packs_tiles) net.kernels.pack_tiles(of.x, depth, task.from, task.to, scratch.p.data());
        Packed panels;
        at.each_panel(task.first, task.last, [&](Size unit, Size width) {
            if (share.left()) return;
            const T* q = of.dz.first + unit;
            Size q_step = of.dz.step;
            if (packs_panels) {
                if (!panels.has(unit, width)) {
                    const Size rest = (up_to(task.last, at.lanes) - unit) / width;
                    panels = {unit, width, std::min(rest, PACKED)};
                    net.kernels.pack_panels({q, q_step}, depth, width, panels.count, scratch.q.data());
                }
                q = scratch.q.data() + (unit - panels.first) * depth;
                q_step = width;
            }
            each_piece(task, unit, width, 1, std::lcm(tile, at.lanes), [&](const Piece& piece) {
                const Size k = piece.from, some = piece.to - k;
                Range<T> soon = layer.weights.range(unit * at.inputs + k * width, some * width);
                if (!soon.v) soon.v = soon.w;
                if (!soon.s) soon.s = soon.w;
                const bool at_once = settling_.whole_at_once(share);
                T* sums = place(layer, piece, chunk, share);
                net.kernels.product(
                    {packs_tiles ? scratch.p.data() + (k - task.from) * depth : of.x[0] + k, 1,
                     packs_tiles ? tile : of.x.step, packs_tiles ? tile * depth : tile, q, q_step,
                     sums, width, some, depth, std::min(width, at.units), nullptr, false,
                     {at_once ? soon.w : nullptr, soon.v, soon.s}});
                settling_.settle(layer, piece, sums, some, chunk, share);
            });
        });
    }

    // The same without the zeros of X.
    void skipping_inputs(Layer<T>& layer, const Factors<T>& of, const Chunk& chunk, const Task& task,
                         const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        const Size depth = chunk.rows, step = row_step<T>(depth, at.lanes);
        net.kernels.pack_columns(of.x, depth, task.from, task.to, scratch.p.data(), step);
        const Size most = net.kernels.together * at.lanes;
        each_group(layer, task, most, [&](Size unit, Size width, Size panels) {
            net.kernels.pack_panels({of.dz.first + unit, of.dz.step}, depth, width, panels,
                                    scratch.q.data());
            each_piece(task, unit, width, panels, at.lanes, [&](const Piece& piece) {
                if (share.left()) return;
                const Size some = piece.to - piece.from;
                net.kernels.skipping({scratch.p.data() + (piece.from - task.from) * step, step, 1,
                                      net.kernels.tile * step, scratch.q.data(), 0, scratch.sums.data(),
                                      0, some, depth, width * panels, nullptr, false});
                settling_.settle(layer, piece, scratch.sums.data(), some, chunk, share);
            });
        });
    }

    // dW = dZ Xᵀ without the zeros of dZ, which is turned.
    void skipping_units(Layer<T>& layer, const Factors<T>& of, const Chunk& chunk, const Task& task,
                        const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        const Size depth = chunk.rows, step = row_step<T>(depth, at.lanes);
        net.kernels.pack_columns(of.dz, depth, task.first, task.last, scratch.p.data(), step);
        const Size most = net.kernels.together * at.lanes;
        for (Size k = task.from; k < task.to; k += most) {
            const Size some = std::min(most, task.to - k), wide = up_to(some, at.lanes);
            net.kernels.pack_panel(of.x.from(0, k), depth, some, wide, scratch.q.data());
            each_group(layer, task, PIECE / wide, [&](Size unit, Size width, Size panels) {
                if (share.left()) return;
                const Size units = std::min(unit + width * panels, task.last) - unit;
                net.kernels.skipping({scratch.p.data() + (unit - task.first) * step, step, 1,
                                      net.kernels.tile * step, scratch.q.data(), wide,
                                      scratch.rows.data(), wide, units, depth, wide, nullptr, false});
                net.kernels.pack(scratch.rows.data(), wide, units, scratch.sums.data(), 0, wide);
                settling_.settle(layer, {unit, width, panels, k, k + some}, scratch.sums.data(), wide,
                                 chunk, share);
            });
        }
    }

    // Panels that are as wide as each other, some at a time: `most` units of them, but one at least.
    template <class Use>
    void each_group(const Layer<T>& layer, const Task& task, Size most, Use use) const {
        Size unit = 0, width = 0, count = 0;
        auto flush = [&] {
            if (count == 0) return;
            const Size widest = layer.layout.widest, vectors = width / layer.layout.lanes;
            Size at_once = std::max<Size>(most / width, 1);
            // Narrower ones, n of v vectors, have to be cut into n panels again: n v > (n − 1) widest.
            if (vectors < widest) at_once = std::min(at_once, (widest - 1) / (widest - vectors));
            for (Size index = 0; index < panels(count, at_once); ++index) {
                const Panel group = panel(count, at_once, index);
                use(unit + group.first * width, width, group.width);
            }
            count = 0;
        };
        layer.layout.each_panel(task.first, task.last, [&](Size next, Size wide) {
            if (wide != width) flush();
            if (count++ == 0) {
                unit = next;
                width = wide;
            }
        });
        flush();
    }

    // The inputs of a task, so many at a time that a piece of some panels fits; whole groups of them.
    template <class Use>
    void each_piece(const Task& task, Size unit, Size width, Size panels, Size group, Use use) const {
        const Size most = std::max<Size>(PIECE / (width * panels) / group, 1) * group;
        for (Size k = task.from; k < task.to; k += most)
            use(Piece{unit, width, panels, k, std::min(k + most, task.to)});
    }

    // Where the sums of one panel are made: in the scratch, or in dW, if they are to stay there.
    T* place(Layer<T>& layer, const Piece& piece, const Chunk& chunk, const Share& share) {
        const Size count = (piece.to - piece.from) * piece.width;
        if (!settling_.whole_at_once(share) && chunk.begin == 0)
            return layer.weights.dw.data() + piece.unit * layer.layout.inputs + piece.from * piece.width;
        T* sums = scratch_[share.number].sums.data();
        // Units that do not fill a vector are written alone, and the lanes behind them have to be zero.
        if (layer.layout.units < layer.layout.lanes) std::fill_n(sums, count, T(0));
        return sums;
    }

    void along_inputs(Layer<T>& layer, const Factors<T>& of, const Task& task, const Share& share) {
        auto& at = layer.layout;
        auto& scratch = scratch_[share.number];
        // Several panels are packed at once: long pieces of a row come from memory faster.
        const Size widest = PACKED * at.widest * at.lanes, units = task.last - task.first;
        // Few units that fill the registers read every row once: that needs no packing.
        const bool tall = units > net.kernels.tile && units <= net.kernels.tallest;
        T* dw = layer.weights.dw.data() + task.first * at.step;
        for (Size begin = 0; begin < share.rows; begin += CHUNK) {
            const Size depth = std::min(CHUNK, share.rows - begin), dz_step = of.dz.step;
            const T* dz = of.dz.first + begin * dz_step + task.first;
            for (Size first = task.from; first < task.to; first += widest) {
                if (share.left()) return;
                const Size numbers = std::min(widest, task.to - first), width = up_to(numbers, at.lanes);
                const Examples<T> x = of.x.from(begin, first);
                if (tall && numbers > at.lanes) {
                    net.kernels.tall({dz, dz_step, x, dw + first, at.step, units, depth, numbers,
                                      begin > 0});
                    continue;
                }
                const T* q = x.first;
                Size q_step = x.step;
                const bool overruns = numbers < width && numbers > at.lanes;
                const bool spread = q_step > width && q_step * static_cast<Size>(sizeof(T)) * depth > 24576;
                if (x.order || overruns || spread) {
                    q_step = row_step<T>(width, at.lanes);
                    net.kernels.pack_panel(x, depth, numbers, q_step, scratch.q.data());
                    q = scratch.q.data();
                }
                net.kernels.product({dz, 1, dz_step, net.kernels.tile, q, q_step, dw + first, at.step,
                                     units, depth, numbers, nullptr, begin > 0});
            }
        }
        // Lanes behind the last input stay zero, whatever stood there in the rows above.
        at.stretches(task.from, task.to, task.first, task.last,
                     [&](Size place, Size count, Size) {
            settling_.apply(layer.weights, place, count, true, share);
        });
    }

    Network<T>& net;
    Settling<T>& settling_;
    std::vector<Scratch> scratch_;
    Size longest_ = 0;  // the most inputs of a layer
};

}  // namespace glassnet
