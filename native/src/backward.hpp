// The pass back: from the gradient of the last value to those of all before it.

#pragma once

#include "network.hpp"

namespace glassnet {

// What a value's dA, from row `from` on, is to the input that begins at unit `first` of it. It is
// the first term of that input's gradient, or one to `add`.
template <class T>
void pass_back(Network<T>& net, const Node& node, const T* da, Value<T>& read, Size first, Size from,
               Size to, bool add) {
    auto& made = net.values[node.makes];
    T* target = read.da + from * read.step;
    if (node.kind == Kind::dense) {
        auto& layer = net.layers[node.layer];
        auto& at = layer.layout;
        bool packed = at.along_units;
        net.kernels.product({da, made.step, 1, net.kernels.tile * made.step,
                             packed ? layer.turned.data() : layer.w, packed ? 0 : at.step, target,
                             read.step, to - from, at.units, at.inputs, nullptr, add});
        return;
    }
    if (target == da) return;
    const T parts = node.kind == Kind::average ? static_cast<T>(node.reads.size()) : 1;
    const T* mask = node.kind == Kind::dropout ? made.mask.data() + from * made.step : nullptr;
    for (Size i = 0; i < to - from; ++i)
        for (Size j = 0; j < read.units; ++j) {
            T d = da[i * made.step + first + j] / parts;
            if (mask) d *= mask[i * made.step + j];
            T& number = target[i * read.step + j];
            number = add ? number + d : d;
        }
}

// `reached` are the values whose gradient has its first term; `done`: dZ is there already.
template <class T>
void back(Network<T>& net, const Node& node, Size from, Size to, std::vector<bool>& reached,
          bool done) {
    auto& made = net.values[node.makes];
    if (!made.learned || !reached[node.makes]) return;
    T* da = made.da + from * made.step;
    Size rows = to - from;
    std::vector<T> slopes;
    if (node.kind == Kind::activation && !done) {
        if (net.values[node.reads[0]].da != made.da) {
            // dA stays as it is, beside the dZ that is made of it.
            slopes.assign(da, da + rows * made.step);
            da = slopes.data();
        }
        net.kernels.chain(node.activation, node.parameter, da, made.a + from * made.step,
                          made.slope.size() ? made.slope.data() + from * made.step : nullptr, rows,
                          made.units, made.step);
    }
    Size first = 0;
    for (int index : node.reads) {
        auto& read = net.values[index];
        if (read.learned) {
            pass_back(net, node, da, read, first, from, to, reached[index]);
            reached[index] = true;
        }
        if (node.kind == Kind::concatenate) first += read.units;
    }
}

template <class T>
void backward(Network<T>& net, Size from, Size to) {
    std::vector<bool> reached(net.values.size(), false);
    reached[net.description.nodes.back().makes] = true;
    for (Size n = static_cast<Size>(net.description.nodes.size()) - 1; n >= 0; --n) {
        const Node& node = net.description.nodes[n];
        bool last = n + 1 == static_cast<Size>(net.description.nodes.size());
        back(net, node, from, to, reached, last && net.description.canonical);
    }
}

}  // namespace glassnet
