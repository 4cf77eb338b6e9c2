// Networks of few units, a chain of dense layers and functions of each number: the examples lie
// along the lanes, so that no layer is too narrow to fill a vector.
//
// A piece of some hundreds of examples goes forward and back at once, and its sums of gradients are
// its own; the pieces are then added in their order. A piece is the same whatever the number of
// threads, of examples, or of calls.

#pragma once

#include "forward.hpp"

namespace glassnet {

template <class T>
class Narrow {
public:
    static constexpr Size PIECE = 512;  // examples
    static constexpr Size MOST = 320;   // numbers in all W together

    // Whether the network is one of these.
    static bool fits(const Network<T>& net) {
        const auto& nodes = net.description.nodes;
        Size numbers = 0;
        for (auto& layer : net.layers) {
            if (layer.sparse) return false;
            numbers += layer.layout.inputs * layer.layout.units;
        }
        if (net.description.sources != 1 || numbers > MOST || net.keeps) return false;
        for (std::size_t n = 0; n < nodes.size(); ++n) {
            auto& node = nodes[n];
            bool last = n + 1 == nodes.size();
            if (node.reads.size() != 1 || node.reads[0] != static_cast<int>(n)) return false;
            if (node.kind == Kind::dense) continue;
            bool left = last && net.description.canonical;
            bool each = node.kind == Kind::activation && node.activation != Activation::softmax;
            if (n == 0 || (!left && !each)) return false;
        }
        return true;
    }

    explicit Narrow(Network<T>& network) : net_(network), values_(net_.values.size()) {
        Size lanes = net_.kernels.lanes, blocks = PIECE / lanes;
        const auto& nodes = net_.description.nodes;
        for (std::size_t v = 0; v < values_.size(); ++v) {
            auto& value = values_[v];
            Size numbers = net_.values[v].units * blocks * lanes;
            // What a dense layer makes is looked at by nobody else: a function takes its place.
            if (v > 1 && nodes[v - 1].kind != Kind::dense && nodes[v - 2].kind == Kind::dense) {
                value.a = values_[v - 1].a;
                value.da = values_[v - 1].da;
            } else {
                value.own.resize(2 * numbers);
                value.a = value.own.data();
                value.da = value.a + numbers;
            }
            if (net_.values[v].slope.size()) value.slope.resize(numbers);
        }
        for (auto& layer : net_.layers) size_ += (layer.layout.inputs + 1) * layer.layout.units;
    }

    // Numbers in the sums of one piece.
    Size size() const { return size_; }

    // What X was is forgotten.
    void begin() { kept_ = -1; }

    // Examples `from`..`to` of the batch, forward and back; `sums` takes dW and db of every layer.
    // X of the same examples as the last time is not turned again, where it is `the_same`.
    void pass(const Batch<T>& batch, Size from, Size to, bool the_same, T* sums) {
        const auto& nodes = net_.description.nodes;
        const Size rows = to - from, lanes = net_.kernels.lanes;
        const Size blocks = (rows + lanes - 1) / lanes;
        const Examples<T> x = net_.rows(0, batch, from);
        if (!the_same || kept_ != from)
            net_.kernels.to_blocks(x.first, x.step, rows, net_.values[0].units, values_[0].a);
        kept_ = the_same ? from : -1;
        auto end = nodes.size() - (net_.description.canonical ? 1 : 0);
        for (std::size_t n = 0; n < end; ++n) forward(nodes[n], blocks);
        auto& out = net_.output();
        auto& last = values_[end];
        net_.kernels.from_blocks(last.a, rows, out.units, out.a + from * out.step, out.step);
        lose(net_, from, to, true);
        net_.kernels.to_blocks(out.da + from * out.step, out.step, rows, out.units, last.da);
        T* at = sums + size_;
        for (std::size_t n = end; n-- > 0;) backward(nodes[n], blocks, at);
    }

    // dW and db of every layer are the sums of all pieces.
    void add(const T* sums, Size pieces) {
        auto total = [&](Size first, Size count, T* to) {
            if (pieces == 1) {
                std::copy_n(sums + first, count, to);
                return;
            }
            for (Size i = first; i < first + count; ++i) {
                double sum = 0;
                for (Size p = 0; p < pieces; ++p) sum += static_cast<double>(sums[p * size_ + i]);
                *to++ = static_cast<T>(sum);
            }
        };
        for (auto& layer : net_.layers) {
            auto& at = layer.layout;
            for (Size j = 0; j < at.units; ++j)
                total(layer.first + j * at.inputs, at.inputs, layer.weights.dw.data() + j * at.step);
            total(layer.first + at.units * at.inputs, at.units, layer.bias.dw.data());
        }
    }

private:
    struct Blocks {
        Memory<T> own, slope;
        T *a = nullptr, *da = nullptr;
    };

    void forward(const Node& node, Size blocks) {
        auto& in = values_[node.reads[0]];
        auto& out = values_[node.makes];
        Size units = net_.values[node.makes].units, numbers = blocks * units * net_.kernels.lanes;
        if (node.kind == Kind::dense) {
            auto& layer = net_.layers[node.layer];
            auto& at = layer.layout;
            net_.kernels.narrow_product({layer.w, at.step, 1, layer.b, in.a, out.a,
                                         at.units, at.inputs, blocks});
            return;
        }
        if (in.a != out.a) std::copy_n(in.a, numbers, out.a);
        net_.kernels.activate(node.activation, node.parameter, out.a,
                              out.slope.size() ? out.slope.data() : nullptr, 1, numbers, numbers,
                              true);
    }

    void backward(const Node& node, Size blocks, T*& sums) {
        auto& in = values_[node.reads[0]];
        auto& out = values_[node.makes];
        Size units = net_.values[node.makes].units, numbers = blocks * units * net_.kernels.lanes;
        if (node.kind == Kind::dense) {
            auto& layer = net_.layers[node.layer];
            auto& at = layer.layout;
            sums -= (at.inputs + 1) * at.units;
            net_.kernels.narrow_gradient({out.da, in.a, sums,
                                          sums + at.inputs * at.units, at.units, at.inputs, blocks});
            if (layer.passes_back)
                net_.kernels.narrow_product({layer.w, 1, at.step, nullptr, out.da,
                                             in.da, at.inputs, at.units, blocks});
            return;
        }
        if (in.da != out.da) std::copy_n(out.da, numbers, in.da);
        net_.kernels.chain(node.activation, node.parameter, in.da, out.a,
                           out.slope.size() ? out.slope.data() : nullptr, 1, numbers, numbers,
                           true);
    }

    Network<T>& net_;
    std::vector<Blocks> values_;
    Size size_ = 0, kept_ = -1;
};

}  // namespace glassnet
