// The pass forward: a thread's part of a batch through all layers, and what it costs.

#pragma once

#include <limits>

#include "division.hpp"
#include "philox.hpp"
#include "skipping.hpp"

namespace glassnet {

// W X + b, and Z° where it is a dual layer.
template <class T>
void weigh(Network<T>& net, const Node& node, const Batch<T>& batch, const Part& part) {
    auto [from, to, first, last] = part;
    auto& made = net.values[node.makes];
    const auto& kernels = net.kernels;
    T* to_rows = made.a + from * made.step + first;
    const Examples<T> x = net.rows(node.reads[0], batch, from);
    Size rows = to - from, units = last - first;
    auto& layer = net.layers[node.layer];
    auto& at = layer.layout;
    if (layer.sparse)
        kernels.gathered({batch.sparse[node.reads[0]], batch.order ? batch.order + from : nullptr,
                          batch.first + from, layer.w, 0, to_rows, made.step, rows, at.inputs,
                          at.units, layer.b});
    else if (at.along_units)
        product(kernels, layer.finite,
                {x.first, x.step, 1, kernels.tile * x.step, layer.w + first * at.inputs, 0, to_rows,
                 made.step, rows, at.inputs, units, layer.b + first, false, {}, x.order});
    else
        kernels.dots({x, layer.w + first * at.step, at.step, to_rows, made.step, rows, units,
                      at.inputs, layer.b + first});
    if (layer.sparse && !layer.finite)
        for (Size i = 0; i < rows; ++i)
            std::fill_n(to_rows + i * made.step, units, std::numeric_limits<T>::quiet_NaN());
    if (node.kind != Kind::dual) return;
    const Examples<T> start = net.rows(node.reads[1], batch, from);
    for (Size i = 0; i < rows; ++i)
        for (Size j = 0; j < units; ++j) to_rows[i * made.step + j] += start[i][j];
}

template <class T>
void activate(Network<T>& net, const Node& node, const Batch<T>& batch, const Part& part, bool left) {
    auto [from, to, first, last] = part;
    auto& made = net.values[node.makes];
    const Size place = from * made.step + first;
    T* to_rows = made.a + place;
    const Examples<T> read = net.rows(node.reads[0], batch, from);
    if (to_rows != read[0] + first)
        for (Size i = 0; i < to - from; ++i)
            std::copy_n(read[i] + first, last - first, to_rows + i * made.step);
    if (left) return;
    net.kernels.activate(node.activation, node.parameter, to_rows,
                         made.slope.size() ? made.slope.data() + place : nullptr, to - from,
                         last - first, made.step, last - first == made.units);
}

// The mask of a part, as numbers 0 and 1/(1 − rate); number u·m + i of the stream
// is that of unit u and example i, as in an array (n, m).
template <class T>
void draw(Network<T>& net, const Node& node, Philox source, const Part& part, Size m) {
    auto [from, to, first, last] = part;
    auto& made = net.values[node.makes];
    source.counter[1] = node.place;
    const float rate = static_cast<float>(node.parameter);
    const T kept = static_cast<T>(1 / (1 - node.parameter));
    for (Size u = first; u < last; ++u) {
        T* mask = made.mask.data() + from * made.step + u;
        source.uniform(static_cast<std::uint64_t>(u * m + from),
                       static_cast<std::uint64_t>(u * m + to), [&](Size i, float x) {
                           mask[i * made.step] = x >= rate ? kept : T(0);
                       });
    }
}

template <class T>
void drop(Network<T>& net, const Node& node, const Batch<T>& batch, const Part& part,
          const Philox* noise) {
    auto& made = net.values[node.makes];
    const Examples<T> read = net.rows(node.reads[0], batch, 0);
    if (noise) draw(net, node, *noise, part, batch.rows);
    for (Size i = part.from; i < part.to; ++i)
        for (Size j = part.first; j < part.last; ++j) {
            T x = read[i][j];
            made.a[i * made.step + j] = noise ? x * made.mask[i * made.step + j] : x;
        }
}

// A sum, or the mean of its terms.
template <class T>
void add(Network<T>& net, const Node& node, const Batch<T>& batch, const Part& part) {
    auto& made = net.values[node.makes];
    const T parts = node.kind == Kind::average ? static_cast<T>(node.reads.size()) : 1;
    for (Size i = part.from; i < part.to; ++i)
        for (Size j = part.first; j < part.last; ++j) {
            T sum = 0;
            for (int each : node.reads) sum += net.rows(each, batch, i)[0][j];
            made.a[i * made.step + j] = sum / parts;
        }
}

template <class T>
void concatenate(Network<T>& net, const Node& node, const Batch<T>& batch, const Part& part) {
    auto& made = net.values[node.makes];
    Size at = 0;
    for (int each : node.reads) {
        const Size units = net.values[each].units;
        const Examples<T> read = net.rows(each, batch, 0);
        for (Size i = part.from; i < part.to; ++i)
            std::copy_n(read[i], units, made.a + i * made.step + at);
        at += units;
    }
}

// What is the thread's `own` of the batch through all layers. With `open_end` a last activation that
// belongs to the loss is left to `lose`, which needs its Z. `noise` draws the masks; null: the
// layers predict.
template <class T, class Own>
void forward(Network<T>& net, const Batch<T>& batch, Own& own, bool open_end, const Philox* noise) {
    for (auto& node : net.description.nodes) {
        bool last = &node == &net.description.nodes.back();
        own.reads(node);
        own.has(node.makes);
        const Part part = own.part(node.makes);
        if (part.empty()) continue;
        switch (node.kind) {
            case Kind::dense:
            case Kind::dual: weigh(net, node, batch, part); break;
            case Kind::activation:
                activate(net, node, batch, part, open_end && last && net.description.canonical);
                break;
            case Kind::dropout: drop(net, node, batch, part, noise); break;
            case Kind::add:
            case Kind::average: add(net, node, batch, part); break;
            case Kind::concatenate: concatenate(net, node, batch, part); break;
        }
    }
}

// L of every row and, where wanted, the gradient that the backward pass starts from.
template <class T>
void lose(Network<T>& net, Size from, Size to, bool gradient) {
    auto& out = net.output();
    const Description& d = net.description;
    net.kernels.losses({{d.loss, d.canonical, d.smoothing, d.delta, d.quantiles.data()},
                        d.nodes.back().activation,
                        net.y.data() + from * net.y_units,
                        out.a + from * out.step,
                        gradient ? out.da + from * out.step : nullptr,
                        net.each.data() + from,
                        net.scratch.data() + from * out.step,
                        net.weighted ? net.weights.data() + from : nullptr,
                        to - from,
                        out.units,
                        net.y_units,
                        out.step});
}

}  // namespace glassnet
