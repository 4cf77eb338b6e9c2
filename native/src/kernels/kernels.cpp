// The table of kernels of one instruction set; this file is compiled once for each.

#include "activations.hpp"
#include "gathered.hpp"
#include "losses.hpp"
#include "narrow.hpp"
#include "packing.hpp"
#include "products.hpp"
#include "skipping.hpp"
#include "updates.hpp"

#define QUOTED(name) QUOTED_(name)
#define QUOTED_(name) #name

namespace glassnet::GLASSNET_ISA {

namespace {

template <class T>
void map(int function, const T* x, T* y, Size count) {
    auto with = [&](auto f) {
        each<T>(count, [&](Size i, int n) __attribute__((always_inline)) {
            put(y + i, f(take(x + i, n)), n);
        });
    };
    switch (function) {
        case 0: with([](V<T> v) { return exponential<T>(v); }); break;
        case 1: with([](V<T> v) { return exponential_minus_1<T>(v); }); break;
        case 2: with([](V<T> v) { return logarithm<T>(v); }); break;
        case 3: with([](V<T> v) { return logarithm_of_1_plus<T>(v); }); break;
        case 4: with([](V<T> v) { return hyperbolic_tangent<T>(v); }); break;
        case 5: with([](V<T> v) { return sigmoid<T>(v); }); break;
        case 6: with([](V<T> v) { return normal_below<T>(v); }); break;
        case 7: with([](V<T> v) { return root(v); }); break;
        default: break;
    }
}

template <class T>
constexpr Kernels<T> TABLE = {
    .name = QUOTED(GLASSNET_ISA),
    .lanes = LANES<T>,
    .widest = WIDEST,
    .tile = TILE,
    .tallest = TALLEST,
    .together = TOGETHER,
    .folding = FOLDING,
    .product = product<T>,
    .skipping = skipping_product<T>,
    .count_nonzeros = count_nonzeros<T>,
    .tall = tall<T>,
    .dots = dots<T>,
    .gathered = gathered<T>,
    .to_blocks = to_blocks<T>,
    .from_blocks = from_blocks<T>,
    .narrow_product = narrow_product<T>,
    .narrow_gradient = narrow_gradient<T>,
    .activate = activate<T>,
    .chain = chain<T>,
    .losses = losses<T>,
    .update = update<T>,
    .finish = finish<T>,
    .total = total<T>,
    .norms = norms<T>,
    .column_sums = column_sums<T>,
    .pack = pack<T>,
    .unpack = unpack<T>,
    .turn = turn<T>,
    .pack_columns = pack_columns<T>,
    .pack_tiles = pack_tiles<T>,
    .pack_panel = pack_panel<T>,
    .pack_panels = pack_panels<T>,
    .gather = gather<T>,
    .map = map<T>,
};

}  // namespace

const Kernels<float>& kernels_f32() { return TABLE<float>; }
const Kernels<double>& kernels_f64() { return TABLE<double>; }

}  // namespace glassnet::GLASSNET_ISA
