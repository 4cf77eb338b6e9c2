// Products with a matrix of few numbers other than zero: rows of Q are gathered by its places.

#pragma once

#include "products.hpp"

namespace glassnet::GLASSNET_ISA {

template <class T, int W, bool NARROW>
void gathered_panel(const Gathered<T>& x, const T* q, Size q_step, T* c, Size c_step,
                    const T* start) {
    const int part = static_cast<int>(x.numbers);
    for (Size i = 0; i < x.rows; ++i, c += c_step) {
        V<T> sums[W];
        UNROLLED for (int w = 0; w < W; ++w)
            sums[w] = start ? load(start + w * LANES<T>) : V<T>{};
        const Size row = x.order ? x.order[i] : x.first + i;
        for (std::int64_t e = x.p.starts[row]; e < x.p.starts[row + 1]; ++e) {
            const T* from = q + x.p.places[e] * q_step;
            const T number = x.p.numbers[e];
            UNROLLED for (int w = 0; w < W; ++w)
                sums[w] += number * (NARROW ? load_part(from, part) : load(from + w * LANES<T>));
        }
        UNROLLED for (int w = 0; w < W; ++w) {
            T* to = c + w * LANES<T>;
            if (NARROW)
                store_part(to, sums[w], part);
            else
                store(to, sums[w]);
        }
    }
}

template <class T>
void gathered(const Gathered<T>& x) {
    Size vectors = (x.numbers + LANES<T> - 1) / LANES<T>;
    for (Size index = 0; index < panels(vectors, WIDEST); ++index) {
        Panel at = panel(vectors, WIDEST, index);
        Size first = at.first * LANES<T>, width = at.width * LANES<T>;
        const T* q = x.q + (x.q_step ? first : first * x.depth);
        Size q_step = x.q_step ? x.q_step : width;
        T* c = x.c + first;
        const T* start = x.start ? x.start + first : nullptr;
        if (x.numbers < LANES<T>) {
            gathered_panel<T, 1, true>(x, q, q_step, c, x.c_step, start);
            return;
        }
        switch (at.width) {
            case 1: gathered_panel<T, 1, false>(x, q, q_step, c, x.c_step, start); break;
            case 2: gathered_panel<T, 2, false>(x, q, q_step, c, x.c_step, start); break;
#if defined(__aarch64__)
            case 3: gathered_panel<T, 3, false>(x, q, q_step, c, x.c_step, start); break;
            case 4: gathered_panel<T, 4, false>(x, q, q_step, c, x.c_step, start); break;
#endif
            default: break;
        }
    }
}

}  // namespace glassnet::GLASSNET_ISA
