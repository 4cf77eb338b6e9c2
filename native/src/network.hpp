// The arrays of a network while it works on a batch.
//
// In memory every example is one row. Rows do not see each other in either pass (forward.hpp,
// backward.hpp), so a thread takes its rows through all layers while they are in its cache. The
// gradients of the parameters, which sum over rows, come afterwards (gradients.hpp).

#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "description.hpp"
#include "skipping.hpp"
#include "values.hpp"

namespace glassnet {

template <class T>
class Network {
public:
    // For batches of at most `rows` examples. With `keeps` every value has an array of its own, to
    // be looked at; else an activation takes the place of what it reads.
    Network(const Description& description, const Kernels<T>& kernels,
            const std::vector<Size>& widths, const std::vector<std::array<Size, 2>>& shapes,
            Size rows, bool learns, bool keeps = false, const std::vector<bool>& sparse = {})
        : description(description), kernels(kernels), capacity(rows), learns(learns), keeps(keeps) {
        size(widths, shapes, sparse);
        make_arrays();
    }

    // W and b of every dense layer, as the caller has them, are packed; or read in place where the
    // batch is smaller than the work of packing them.
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

    // Infinity times zero has to be seen, so zeros are left out beside a W that is finite. Updates see to
    // it that it stays so.
    void judge(const std::vector<const T*>& natural) {
        for (std::size_t l = 0; l < layers.size(); ++l) {
            auto& at = layers[l].layout;
            const bool matters = layers[l].sparse || is_worth_skipping(capacity, at.inputs, at.units);
            layers[l].finite =
                !matters || std::isfinite(kernels.total(natural[2 * l], at.inputs * at.units));
        }
    }

    // Inputs `from`..`to` of layer `l`; `from` is a multiple of the lanes.
    void pack(const std::vector<const T*>& natural, std::size_t l, Size from, Size to) {
        auto& layer = layers[l];
        layer.layout.pack(kernels, natural[2 * l], layer.weights.w.data(), from, to);
        if (from == 0) std::copy_n(natural[2 * l + 1], layer.layout.units, layer.bias.w.data());
        turn(layer, from, to, 0, layer.layout.units);
    }

    void pack(const std::vector<const T*>& natural) {
        make_room();
        judge(natural);
        for (std::size_t l = 0; l < layers.size(); ++l) pack(natural, l, 0, layers[l].layout.inputs);
    }

    void turn(Layer<T>& layer, Size from, Size to, Size first, Size last) {
        if (layer.turned.size())
            kernels.turn(layer.w, layer.layout.inputs, layer.layout.units, layer.turned.data(),
                         from, to, first, last);
    }

    // Makes room for the batch: for a copy of what the sources have for it, or else they are read
    // where they lie. Called while no thread works on the network.
    void open(const Batch<T>& batch, bool in_place) {
        copies = !in_place;
        for (int s = 0; copies && s < description.sources; ++s) {
            auto& value = values[s];
            if (value.sparse) continue;
            value.step = row_step<T>(value.units, kernels.lanes);
            value.own.provide(capacity * value.step);
            value.a = value.own.data();
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
            kernels.gather(batch.of(source, step, from), to - from, numbers,
                           target + from * target_step, target_step);
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

    // The rows of a value, from row `from` on.
    Examples<T> rows(int value, const Batch<T>& batch, Size from) const {
        auto& x = values[value];
        if (value < description.sources && !copies)
            return batch.of(batch.x[value], batch.x_step[value], from);
        return Examples<T>{x.a, x.step}.from(from);
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
    // The units of every value and the layout of every layer follow from those of the inputs and of W.
    void size(const std::vector<Size>& widths, const std::vector<std::array<Size, 2>>& shapes,
              const std::vector<bool>& sparse) {
        const auto& nodes = description.nodes;
        values.resize(description.values);
        layers.resize(description.layers);
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
    }

    void make_arrays() {
        const auto& nodes = description.nodes;
        std::vector<int> readers(values.size(), 0);
        for (auto& node : nodes)
            for (int read : node.reads) ++readers[read];
        for (auto& node : nodes) {
            auto& made = values[node.makes];
            auto& read = values[node.reads[0]];
            bool in_place = !keeps && node.kind == Kind::activation &&
                            node.reads[0] >= description.sources &&
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
};

}  // namespace glassnet
