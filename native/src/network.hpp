// The arrays of a network while it works on a batch, and both passes over some rows of them.
//
// In memory every example is one row. Rows do not see each other in either pass, so a thread takes
// its rows through all layers, forward and back, while they are in its cache. The gradients of the
// parameters, which sum over rows, come afterwards (gradients.hpp).

#pragma once

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "description.hpp"
#include "layout.hpp"
#include "memory.hpp"
#include "philox.hpp"

namespace glassnet {

// What the parameters of one dense layer need: W and b with the same arrays beside each.
template <class T>
struct Parameters {
    Memory<T> w, dw, v, s, mean;
    Memory<double> wide;  // dw, where it is the sum of several shards
    Range<T> range(Size from, Size count) {
        auto at = [from](Memory<T>& m) { return m.size() ? m.data() + from : nullptr; };
        return {at(w), at(dw), at(v), at(s), at(mean), count};
    }
};

template <class T>
struct Layer {
    Layout<T> layout;
    Parameters<T> weights, bias;
    Memory<T> turned;          // W for the layer below, where the lanes run along the units
    const T* w = nullptr;      // W as the forward pass reads it
    const T* b = nullptr;
    Size first = 0;            // where its gradients begin among those of all layers
    bool passes_back = false;  // somebody needs the gradient of its input
    bool sparse = false;       // its input has its zeros left out
};

// One value of the graph: an array with a row for every example.
template <class T>
struct Value {
    Size units = 0, step = 0;
    Memory<T> own, slope, mask, gradient_;
    T* a = nullptr;         // may be that of another value, which this one replaces in place
    T* da = nullptr;
    bool learned = false;   // it depends on a parameter
    bool sparse = false;    // it has no array: dense layers read it from the batch
};

template <class T>
struct Batch {
    std::vector<const T*> x;  // the rows of every source
    std::vector<Size> x_step;
    const Sparse<T>* sparse = nullptr;  // of every source, in place of its x; null: none is sparse
    const T* y = nullptr;
    Size y_units = 0, y_step = 0;
    const T* weights = nullptr;
    const std::int64_t* order = nullptr;  // which rows; null: from `first` on
    Size first = 0, rows = 0;
};

template <class T>
class Network {
public:
    // For batches of at most `rows` examples. With `keeps` every value has an array of its own, to
    // be looked at; else an activation takes the place of what it reads. `natural` are W and b of every dense layer, as the
    // caller has them, and are packed; or read in place where the batch is smaller than the work
    // of packing them.
    Network(const Description& description, const Kernels<T>& kernels,
            const std::vector<Size>& widths, const std::vector<std::array<Size, 2>>& shapes,
            Size rows, bool learns, bool keeps = false, const std::vector<bool>& sparse = {})
        : description(description), kernels(kernels), capacity(rows), learns(learns), keeps(keeps) {
        connect(widths, shapes, sparse);
    }

    void read_in_place(const std::vector<const T*>& natural) {
        for (std::size_t l = 0; l < layers.size(); ++l) {
            auto& layer = layers[l];
            layer.layout.along_units = false;
            layer.layout.step = layer.layout.inputs;
            layer.w = natural[2 * l];
            layer.b = natural[2 * l + 1];
        }
    }

    // Makes room for the parameters, which `pack` then brings.
    void make_room() {
        for (auto& layer : layers) {
            auto& at = layer.layout;
            layer.weights.w.provide(at.size());
            layer.bias.w.provide(up_to(at.units, at.lanes));
            layer.w = layer.weights.w.data();
            layer.b = layer.bias.w.data();
            if (learns && layer.passes_back && at.along_units)
                layer.turned.provide(at.vectors_in() * at.lanes * at.units);
        }
    }

    // Inputs `from`..`to` of layer `l`; `from` is a multiple of the lanes.
    void pack(const std::vector<const T*>& natural, std::size_t l, Size from, Size to) {
        auto& layer = layers[l];
        layer.layout.pack(kernels, natural[2 * l], layer.weights.w.data(), from, to);
        if (from == 0) std::copy_n(natural[2 * l + 1], layer.layout.units, layer.bias.w.data());
        turn(layer, from, to);
    }

    void pack(const std::vector<const T*>& natural) {
        make_room();
        for (std::size_t l = 0; l < layers.size(); ++l) pack(natural, l, 0, layers[l].layout.inputs);
    }

    void turn(Layer<T>& layer, Size from, Size to) {
        if (layer.turned.size())
            kernels.turn(layer.w, layer.layout.inputs, layer.layout.units, layer.turned.data(),
                         from, to);
    }

    // Where the rows of the sources are: with `in_place` they are read where they lie, one behind
    // the other. Called while no thread works on the network.
    void open(const Batch<T>& batch, bool in_place) {
        copies = !in_place;
        for (int s = 0; s < description.sources; ++s) {
            auto& value = values[s];
            if (value.sparse) continue;
            if (copies) {
                value.step = row_step<T>(value.units, kernels.lanes);
                value.own.provide(capacity * value.step);
                value.a = value.own.data();
            } else {
                value.step = batch.x_step[s];
                value.a = const_cast<T*>(batch.x[s]) + batch.first * value.step;
            }
        }
        if (!batch.y) return;
        y_units = batch.y_units;
        weighted = batch.weights != nullptr;
        y.provide(capacity * y_units);
        weights.provide(capacity);
        each.provide(capacity);
        scratch.provide(capacity * output().step);
    }

    // Rows `from`..`to` of a batch come in.
    void enter(const Batch<T>& batch, Size from, Size to) {
        auto bring = [&](const T* source, Size step, Size numbers, T* target, Size target_step) {
            kernels.gather(source, step, batch.order ? batch.order + from : nullptr,
                           batch.first + from, to - from, numbers, target + from * target_step,
                           target_step);
        };
        for (int s = 0; copies && s < description.sources; ++s) {
            auto& value = values[s];
            if (value.sparse) continue;
            bring(batch.x[s], batch.x_step[s], value.units, value.a, value.step);
        }
        if (!batch.y) return;
        bring(batch.y, batch.y_step, y_units, y.data(), y_units);
        if (weighted) bring(batch.weights, 1, 1, weights.data(), 1);
    }

    // Rows `from`..`to` of the batch through all layers. With `open_end` a last activation that belongs to the
    // loss is left to `lose`, which needs its Z. `noise` draws the masks; null: the layers predict.
    void forward(const Batch<T>& batch, Size from, Size to, bool open_end, const Philox* noise) {
        for (auto& node : description.nodes) {
            bool last = &node == &description.nodes.back();
            run(node, batch, from, to, noise, open_end && last && description.canonical);
        }
    }

    // L of every row and, where wanted, the gradient that the backward pass starts from.
    void lose(Size from, Size to, bool gradient) {
        auto& out = output();
        const Node& last = description.nodes.back();
        T* a = out.a + from * out.step;
        kernels.losses({{description.loss, description.canonical, description.smoothing,
                         description.delta, description.quantiles.data()},
                        last.activation,
                        y.data() + from * y_units,
                        a,
                        gradient ? out.da + from * out.step : nullptr,
                        each.data() + from,
                        scratch.data() + from * out.step,
                        weighted ? weights.data() + from : nullptr,
                        to - from,
                        out.units,
                        y_units,
                        out.step});
    }

    void backward(Size from, Size to) {
        std::vector<bool> reached(values.size(), false);
        reached[description.nodes.back().makes] = true;
        for (Size n = static_cast<Size>(description.nodes.size()) - 1; n >= 0; --n) {
            const Node& node = description.nodes[n];
            bool last = n + 1 == static_cast<Size>(description.nodes.size());
            back(node, from, to, reached, last && description.canonical);
        }
    }

    Value<T>& output() { return values[description.nodes.back().makes]; }

    const Description& description;
    const Kernels<T>& kernels;
    std::vector<Layer<T>> layers;
    std::vector<Value<T>> values;
    Memory<T> y, weights, each, scratch;
    Size y_units = 0, capacity;
    bool weighted = false, copies = false, learns, keeps;
    Size units_per_row = 0;

private:
    void connect(const std::vector<Size>& widths, const std::vector<std::array<Size, 2>>& shapes,
                 const std::vector<bool>& sparse) {
        const auto& nodes = description.nodes;
        values.resize(description.values);
        layers.resize(description.layers);
        std::vector<int> readers(values.size(), 0);
        for (auto& node : nodes)
            for (int read : node.reads) ++readers[read];
        for (int s = 0; s < description.sources; ++s) {
            values[s].units = widths[s];
            values[s].sparse = !sparse.empty() && sparse[s];
        }
        for (auto& node : nodes) {
            auto& made = values[node.makes];
            auto& read = values[node.reads[0]];
            made.units = read.units;
            for (int other : node.reads) made.learned |= values[other].learned;
            if (node.layer >= 0) {
                auto [units, inputs] = shapes[node.layer];
                if (inputs != read.units) throw std::invalid_argument("W does not fit its input");
                made.units = units;
                made.learned = true;
                auto& layer = layers[node.layer];
                layer.passes_back = read.learned;
                layer.layout = layout<T>(inputs, units, capacity, read.learned && learns, kernels);
                layer.sparse = read.sparse;
                layer.layout.along_units |= layer.sparse;
            } else if (node.kind == Kind::concatenate) {
                made.units = 0;
                for (int other : node.reads) made.units += values[other].units;
            } else if (node.kind == Kind::add || node.kind == Kind::average) {
                for (int other : node.reads)
                    if (values[other].units != made.units)
                        throw std::invalid_argument("what is joined must have the same units");
            }
            made.step = row_step<T>(made.units, kernels.lanes);
        }
        Size first = 0;
        for (auto& layer : layers) {
            layer.first = first;
            first += (layer.layout.inputs + 1) * layer.layout.units;
        }
        for (auto& node : nodes) {
            auto& made = values[node.makes];
            auto& read = values[node.reads[0]];
            bool in_place = !keeps && node.kind == Kind::activation && node.reads[0] >= description.sources &&
                            readers[node.reads[0]] == 1 && makes_own(node.reads[0]);
            if (in_place) {
                made.a = read.a;
                made.da = read.da;
                made.step = read.step;
            } else {
                made.own.resize(capacity * made.step);
                made.a = made.own.data();
                if (learns && made.learned) {
                    made.gradient_.resize(capacity * made.step);
                    made.da = made.gradient_.data();
                }
                units_per_row += 2 * made.step;
            }
            if (learns && node.kind == Kind::activation && keeps_slope(node.activation))
                made.slope.resize(capacity * made.step);
            if (learns && node.kind == Kind::dropout) made.mask.resize(capacity * made.step);
        }
    }

    // Whether nobody else looks at the value again: the layer that made it needs it not.
    bool makes_own(int value) const {
        for (auto& node : description.nodes)
            if (node.makes == value) return node.layer >= 0;
        return false;
    }

    static bool keeps_slope(Activation kind) {
        return kind == Activation::softplus || kind == Activation::gelu ||
               kind == Activation::silu || kind == Activation::mish;
    }

    void run(const Node& node, const Batch<T>& batch, Size from, Size to, const Philox* noise,
             bool left) {
        auto& made = values[node.makes];
        auto& read = values[node.reads[0]];
        T* to_rows = made.a + from * made.step;
        const T* from_rows = read.a + from * read.step;
        Size rows = to - from;
        switch (node.kind) {
            case Kind::dense:
            case Kind::dual: {
                auto& layer = layers[node.layer];
                auto& at = layer.layout;
                if (layer.sparse)
                    kernels.gathered({batch.sparse[node.reads[0]],
                                      batch.order ? batch.order + from : nullptr, batch.first + from,
                                      layer.w, 0, to_rows, made.step, rows, at.inputs, at.units,
                                      layer.b, false});
                else if (at.along_units)
                    kernels.product({from_rows, read.step, 1, kernels.tile * read.step, layer.w, 0, to_rows,
                                     made.step, rows, at.inputs, at.units, layer.b, false});
                else
                    kernels.dots({from_rows, read.step, layer.w, at.step, to_rows, made.step, rows,
                                  at.units, at.inputs, layer.b});
                if (node.kind == Kind::dual) add_rows(values[node.reads[1]], made, from, to);
                break;
            }
            case Kind::activation:
                if (to_rows != from_rows)
                    for (Size i = 0; i < rows; ++i)
                        std::copy_n(from_rows + i * read.step, made.units, to_rows + i * made.step);
                if (left) break;
                kernels.activate(node.activation, node.parameter, to_rows,
                                 made.slope.size() ? made.slope.data() + from * made.step : nullptr,
                                 rows, made.units, made.step);
                break;
            case Kind::dropout:
                if (noise) draw(node, *noise, from, to, batch.rows);
                for (Size i = 0; i < rows; ++i)
                    for (Size j = 0; j < made.units; ++j)
                        to_rows[i * made.step + j] =
                            noise ? from_rows[i * read.step + j] *
                                           made.mask[(from + i) * made.step + j]
                                     : from_rows[i * read.step + j];
                break;
            case Kind::add:
            case Kind::average: {
                const T parts = node.kind == Kind::average ? static_cast<T>(node.reads.size()) : 1;
                for (Size i = 0; i < rows; ++i)
                    for (Size j = 0; j < made.units; ++j) {
                        T sum = 0;
                        for (int each : node.reads)
                            sum += values[each].a[(from + i) * values[each].step + j];
                        to_rows[i * made.step + j] = sum / parts;
                    }
                break;
            }
            case Kind::concatenate: {
                Size at = 0;
                for (int each : node.reads) {
                    auto& value = values[each];
                    for (Size i = 0; i < rows; ++i)
                        std::copy_n(value.a + (from + i) * value.step, value.units,
                                    to_rows + i * made.step + at);
                    at += value.units;
                }
                break;
            }
        }
    }

    static void add_rows(const Value<T>& other, Value<T>& made, Size from, Size to) {
        for (Size i = from; i < to; ++i)
            for (Size j = 0; j < made.units; ++j)
                made.a[i * made.step + j] += other.a[i * other.step + j];
    }

    // The mask of rows `from`..`to`, as numbers 0 and 1/(1 − rate); number u·m + i of the stream
    // is that of unit u and example i, as in an array (n, m).
    void draw(const Node& node, Philox source, Size from, Size to, Size m) {
        auto& made = values[node.makes];
        source.counter[1] = node.place;
        const float rate = static_cast<float>(node.parameter);
        const T kept = static_cast<T>(1 / (1 - node.parameter));
        for (Size u = 0; u < made.units; ++u) {
            T* mask = made.mask.data() + from * made.step + u;
            source.uniform(static_cast<std::uint64_t>(u * m + from),
                           static_cast<std::uint64_t>(u * m + to), [&](Size i, float x) {
                               mask[i * made.step] = x >= rate ? kept : T(0);
                           });
        }
    }

    void back(const Node& node, Size from, Size to, std::vector<bool>& reached, bool done) {
        auto& made = values[node.makes];
        if (!made.learned || !reached[node.makes]) return;
        T* da = made.da + from * made.step;
        Size rows = to - from;
        std::vector<T> slopes;
        if (node.kind == Kind::activation && !done) {
            if (values[node.reads[0]].da != made.da) {
                // dA stays as it is, beside the dZ that is made of it.
                slopes.assign(da, da + rows * made.step);
                da = slopes.data();
            }
            kernels.chain(node.activation, node.parameter, da, made.a + from * made.step,
                          made.slope.size() ? made.slope.data() + from * made.step : nullptr, rows,
                          made.units, made.step);
        }
        Size at = 0;
        for (int index : node.reads) {
            auto& read = values[index];
            Size first = at;
            if (node.kind == Kind::concatenate) at += read.units;
            if (!read.learned) continue;
            bool add = reached[index];
            reached[index] = true;
            T* target = read.da + from * read.step;
            if (node.kind == Kind::dense) {
                auto& layer = layers[node.layer];
                auto& lay = layer.layout;
                bool packed = lay.along_units;
                kernels.product({da, made.step, 1, kernels.tile * made.step,
                                 packed ? layer.turned.data() : layer.w, packed ? 0 : lay.step,
                                 target, read.step, rows, lay.units, lay.inputs, nullptr,
                                 add});
                continue;
            }
            if (target == da) continue;
            const T parts = node.kind == Kind::average ? static_cast<T>(node.reads.size()) : 1;
            const T* mask = node.kind == Kind::dropout
                                ? made.mask.data() + from * made.step : nullptr;
            for (Size i = 0; i < rows; ++i)
                for (Size j = 0; j < read.units; ++j) {
                    T d = da[i * made.step + first + j] / parts;
                    if (mask) d *= mask[i * made.step + j];
                    T& to_number = target[i * read.step + j];
                    to_number = add ? to_number + d : d;
                }
        }
    }
};

}  // namespace glassnet
