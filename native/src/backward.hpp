// The pass back: from the gradient of the last value to those of all before it.

#pragma once

#include "division.hpp"
#include "skipping.hpp"

namespace glassnet {

// What a value's dA is to a part of the input that begins at unit `offset` of it. It is the first
// term of that input's gradient, or one to `add`.
template <class T>
void pass_back(Network<T>& net, const Node& node, const T* da, Value<T>& read, Size offset,
               const Part& part, bool add) {
    auto [from, to, first, last] = part;
    auto& made = net.values[node.makes];
    da += from * made.step;
    T* target = read.da + from * read.step;
    if (node.kind == Kind::dense) {
        auto& layer = net.layers[node.layer];
        auto& at = layer.layout;
        bool packed = at.along_units;
        product(net.kernels, layer.finite,
                {da, made.step, 1, net.kernels.tile * made.step,
                 packed ? layer.turned.data() + first * at.units : layer.w + first,
                 packed ? 0 : at.step, target + first, read.step, to - from, at.units,
                 last - first, nullptr, add});
        return;
    }
    if (target == da) return;
    const T parts = node.kind == Kind::average ? static_cast<T>(node.reads.size()) : 1;
    const T* mask = node.kind == Kind::dropout ? made.mask.data() + from * made.step : nullptr;
    for (Size i = 0; i < to - from; ++i)
        for (Size j = first; j < last; ++j) {
            T d = da[i * made.step + offset + j] / parts;
            if (mask) d *= mask[i * made.step + j];
            T& number = target[i * read.step + j];
            number = add ? number + d : d;
        }
}

// dZ of a part of a value, in its dA; or beside it, where somebody else needs dA as it is.
template <class T>
const T* through(Network<T>& net, const Node& node, const Part& part, std::vector<T>& beside) {
    auto [from, to, first, last] = part;
    auto& made = net.values[node.makes];
    T* da = made.da;
    if (net.values[node.reads[0]].da != made.da) {
        beside.resize(static_cast<std::size_t>(to * made.step));
        da = beside.data();
        for (Size i = from; i < to; ++i)
            std::copy_n(made.da + i * made.step + first, last - first, da + i * made.step + first);
    }
    const Size place = from * made.step + first;
    net.kernels.chain(node.activation, node.parameter, da + place, made.a + place,
                      made.slope.size() ? made.slope.data() + place : nullptr, to - from,
                      last - first, made.step, last - first == made.units);
    return da;
}

// `reached` are the values whose gradient has its first term; `done`: dZ is there already.
template <class T, class Own>
void back(Network<T>& net, const Node& node, Own& own, std::vector<bool>& reached, bool done) {
    auto& made = net.values[node.makes];
    if (!made.learned || !reached[node.makes]) return;
    const T* da = made.da;
    std::vector<T> beside;
    const Part part = own.part_back(node.makes);
    if (node.kind == Kind::activation && !done && !part.empty())
        da = through(net, node, part, beside);
    Size offset = 0;
    for (int index : node.reads) {
        auto& read = net.values[index];
        if (read.learned) {
            own.reads_back(node);
            const Part to = own.part_back(index);
            if (!to.empty()) pass_back(net, node, da, read, offset, to, reached[index]);
            reached[index] = true;
            own.has(index);
        }
        if (node.kind == Kind::concatenate) offset += read.units;
    }
}

template <class T, class Own>
void backward(Network<T>& net, Own& own) {
    std::vector<bool> reached(net.values.size(), false);
    reached[net.description.nodes.back().makes] = true;
    for (Size n = static_cast<Size>(net.description.nodes.size()) - 1; n >= 0; --n) {
        const Node& node = net.description.nodes[n];
        bool last = n + 1 == static_cast<Size>(net.description.nodes.size());
        back(net, node, own, reached, last && net.description.canonical);
    }
}

}  // namespace glassnet
