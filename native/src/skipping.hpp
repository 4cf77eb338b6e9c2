// Products that skip the zeros of a factor.
//
// Half of what ReLU lets through is zero, and half of the gradients behind it; of pictures, and behind
// dropout, it may be more. Sums in order are the same with their zeros and without, as long as all is
// finite: whoever finds them, in whatever part of a batch, changes nothing.

#pragma once

#include <algorithm>

#include "table.hpp"

namespace glassnet {

// As they were measured with AVX2, in multiply-adds of a tile: one whose factor is loaded for it; what
// else a number that is not zero takes; and how much longer rows take that are not behind each other,
// since they are read piece by piece.
constexpr double LOADED = 1.2, BESIDES = 4, SCATTERED = 1.2;

constexpr Size SAMPLE = 4096;  // numbers of the first rows that are counted, or so

// What a product without the zeros of P takes of the time of a whole one; of its rows, the numbers
// from..to count. The more vectors of C are worked out at once, the less there is to do besides.
template <class T>
double skipping_takes(const Kernels<T>& kernels, const Examples<T>& p, Size rows, Size from, Size to,
                      Size numbers) {
    const Size some = std::min(rows, std::clamp<Size>(SAMPLE / (to - from), 4, 32));
    const double full = static_cast<double>(kernels.count_nonzeros(p, some, from, to)) /
                        static_cast<double>(some * (to - from));
    const Size vectors = (numbers + kernels.lanes - 1) / kernels.lanes;
    const double at_once = static_cast<double>(vectors) /
                           static_cast<double>(panels(vectors, kernels.together));
    return full * LOADED * (1 + BESIDES / at_once) * (p.order ? SCATTERED : 1);
}

// Whether a product is so large that it may pay to count its zeros.
inline bool is_worth_skipping(Size rows, Size depth, Size numbers) {
    return std::min({rows, depth, numbers}) >= 32 && rows * depth * numbers >= 1 << 20;
}

// A product where the terms of P are next to each other; without its zeros if they `may` be skipped and
// there are enough of them.
template <class T>
void product(const Kernels<T>& kernels, bool may, const Product<T>& x) {
    const bool skips = may && !x.add && is_worth_skipping(x.rows, x.depth, x.numbers) &&
                       skipping_takes(kernels, {x.p, x.p_row, x.order}, x.rows, 0, x.depth,
                                      x.numbers) < 1;
    (skips ? kernels.skipping : kernels.product)(x);
}

}  // namespace glassnet
