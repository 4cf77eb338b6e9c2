// Matrix products of the sizes that networks have. See table.hpp for what they compute.
//
// A tile of TILE rows times one panel is held in registers over the whole depth, so every number
// of C is one chain of additions in the order of the depth, whatever the tile that it is in: the
// same bits, however the rows are divided among threads.

#pragma once

#include "../table.hpp"
#include "simd.hpp"

namespace glassnet::GLASSNET_ISA {

#if defined(__AVX512F__)
constexpr int TILE = 8, WIDEST = 2;  // 8 × 2 sums: panels of 32 units can be shared among threads
constexpr int DOT_ROWS = 6, DOT_COLUMNS = 4;  // 24 sums, 4 vectors of B and one of A
constexpr int TALLEST = 24, FOLDING = 4;
#elif defined(__aarch64__)
constexpr int TILE = 6, WIDEST = 4;  // 6 × 4 sums, 4 vectors of Q and one of P: 29 of 32 registers
constexpr int DOT_ROWS = 6, DOT_COLUMNS = 4;
constexpr int TALLEST = 24, FOLDING = 4;
#else
constexpr int TILE = 6, WIDEST = 2;  // 6 × 2 sums, 2 vectors of Q and one of P: 15 of 16 registers
constexpr int DOT_ROWS = 4, DOT_COLUMNS = 3;  // 12 sums, 3 vectors of B and one of A
constexpr int TALLEST = 12, FOLDING = 8;
#endif
constexpr Size DEPTH = 1024;  // terms of a dot product before its lanes are added up

// What a tile fetches while it is worked out, a line at a time, since all at once would keep Q waiting:
// nothing, the arrays that are needed `soon` where C is, or the rows of P of the tile behind it.
enum class Fetch { nothing, soon, rows };

// A tile's place: where its rows of P begin, where it is in C, and what it fetches.
template <class T, int R>
struct TileAt {
    const T* row[R];
    T* c;
    const T* fetched[R > 3 ? R : 3];
};

// With `part` only so many lanes of the single vector are read and written: rows narrower than a
// vector lie without gaps.
template <class T, int R, int W, bool NARROW, Fetch FETCH>
void tile(const TileAt<T, R>& at, const Product<T>& x, const T* q, Size q_step, Size c_step,
          const T* start) {
    const int part = static_cast<int>(x.numbers);
    V<T> sums[R][W];
    UNROLLED for (int w = 0; w < W; ++w) {
        V<T> first = start ? load(start + w * LANES<T>) : V<T>{};
        UNROLLED for (int r = 0; r < R; ++r) sums[r][w] = first;
    }
    const T* row[R];
    UNROLLED for (int r = 0; r < R; ++r) row[r] = at.row[r];
    const Size p_step = x.p_step, depth = x.depth;
    Size place = 0, d = 0;
    auto term = [&]() __attribute__((always_inline)) {
        V<T> lanes[W];
        UNROLLED for (int w = 0; w < W; ++w)
            lanes[w] = NARROW ? load_part(q, part) : load(q + w * LANES<T>);
        UNROLLED for (int r = 0; r < R; ++r) {
            T number = row[r][place];
            UNROLLED for (int w = 0; w < W; ++w) sums[r][w] += number * lanes[w];
        }
        place += p_step;
        q += q_step;
    };
    if constexpr (FETCH == Fetch::soon) {
        constexpr Size VECTORS = R * W;
        for (int i = 0; i < 3 && d + VECTORS <= depth; ++i) {
            const T* next = at.fetched[i];
            SEVERAL for (Size j = 0; j < VECTORS; ++j, next += LANES<T>) {
                __builtin_prefetch(next, 1);
                term();
            }
            d += VECTORS;
        }
    }
    if constexpr (FETCH == Fetch::rows) {
        constexpr Size LINE = 64 / sizeof(T);
        while (d + LINE <= depth) {
            for (int r = 0; r < R; ++r) __builtin_prefetch(at.fetched[r] + d, 0, 2);
            SEVERAL for (Size i = 0; i < LINE; ++i) term();
            d += LINE;
        }
    }
    SEVERAL for (; d < depth; ++d) term();
    UNROLLED for (int r = 0; r < R; ++r) {
        UNROLLED for (int w = 0; w < W; ++w) {
            T* to = at.c + r * c_step + w * LANES<T>;
            if (NARROW)
                store_part(to, x.add ? load_part(to, part) + sums[r][w] : sums[r][w], part);
            else
                store(to, x.add ? load(to) + sums[r][w] : sums[r][w]);
        }
    }
}

template <class T, int W, bool NARROW = false>
void panel_product(const Product<T>& x, const T* q, Size q_step, T* c, Size c_step, const T* start,
                   bool first) {
    Size r = 0;
    const T* p = x.p;
    auto go = [&]<int R, Fetch FETCH = Fetch::nothing>() __attribute__((always_inline)) {
        TileAt<T, R> at;
        UNROLLED for (int i = 0; i < R; ++i) at.row[i] = p + (x.order ? x.order[r + i] : i) * x.p_row;
        at.c = c + r * c_step;
        if constexpr (FETCH == Fetch::soon)
            for (int i = 0; i < 3; ++i) at.fetched[i] = x.soon[i] + (at.c - x.c);
        if constexpr (FETCH == Fetch::rows)
            for (int i = 0; i < R; ++i) at.fetched[i] = x.p + x.order[r + R + i] * x.p_row;
        tile<T, R, W, NARROW, FETCH>(at, x, q, q_step, c_step, start);
    };
    for (; r + TILE <= x.rows; r += TILE) {
        if (x.soon[0])
            go.template operator()<TILE, Fetch::soon>();
        else if (first && x.order && r + 2 * TILE <= x.rows)
            go.template operator()<TILE, Fetch::rows>();
        else
            go.template operator()<TILE>();
        if (!x.order) p += x.p_tile;
    }
    switch (x.rows - r) {
        case 1: go.template operator()<1>(); break;
        case 2: go.template operator()<2>(); break;
        case 3: go.template operator()<3>(); break;
        case 4: go.template operator()<4>(); break;
        case 5: go.template operator()<5>(); break;
#if defined(__AVX512F__)
        case 6: go.template operator()<6>(); break;
        case 7: go.template operator()<7>(); break;
#endif
        default: break;
    }
}

template <class T>
void product(const Product<T>& x) {
    Size vectors = (x.numbers + LANES<T> - 1) / LANES<T>;
    Size count = panels(vectors, WIDEST);
    for (Size index = 0; index < count; ++index) {
        Panel at = panel(vectors, WIDEST, index);
        Size first = at.first * LANES<T>, width = at.width * LANES<T>;
        const T* q = x.q + (x.q_step ? first : first * x.depth);
        Size q_step = x.q_step ? x.q_step : width;
        T* c = x.c + (x.c_step ? first : first * x.rows);
        Size c_step = x.c_step ? x.c_step : width;
        const T* start = x.start ? x.start + first : nullptr;
        if (x.numbers < LANES<T>) {
            panel_product<T, 1, true>(x, q, q_step, c, c_step, start, index == 0);
            return;
        }
        switch (at.width) {
            case 1: panel_product<T, 1>(x, q, q_step, c, c_step, start, index == 0); break;
            case 2: panel_product<T, 2>(x, q, q_step, c, c_step, start, index == 0); break;
#if defined(__aarch64__)
            case 3: panel_product<T, 3>(x, q, q_step, c, c_step, start, index == 0); break;
            case 4: panel_product<T, 4>(x, q, q_step, c, c_step, start, index == 0); break;
#endif
            default: break;
        }
    }
}

// All rows of C, a vector at a time; P may be read behind its last row, to fill up R.
template <class T, int R>
void tall_product(const Tall<T>& x) {
    constexpr Size AHEAD = 8;
    each<T>(x.numbers, [&](Size first, int n) __attribute__((always_inline)) {
        V<T> sums[R] = {};
        const T* p = x.p;
        SEVERAL for (Size d = 0; d < x.depth; ++d, p += x.p_step) {
            if (d + AHEAD < x.depth) __builtin_prefetch(x.q[d + AHEAD] + first);
            V<T> lanes = take(x.q[d] + first, n);
            UNROLLED for (int r = 0; r < R; ++r) sums[r] += p[r] * lanes;
        }
        for (int r = 0; r < R && r < x.rows; ++r) {
            T* to = x.c + r * x.c_step + first;
            put(to, x.add ? take(to, n) + sums[r] : sums[r], n);
        }
    });
}

template <class T>
void tall(const Tall<T>& x) {
    if (x.rows <= 8)
        tall_product<T, 8>(x);
    else if (x.rows <= 12)
        tall_product<T, 12>(x);
#if defined(__AVX512F__) || defined(__aarch64__)
    else if (x.rows <= 16)
        tall_product<T, 16>(x);
    else if (x.rows <= 20)
        tall_product<T, 20>(x);
    else
        tall_product<T, 24>(x);
#endif
}

template <class T, int R, int C>
void dot_tile(const T* const* a, const T* b, Size b_step, T* c, Size c_step, Size depth,
              const T* start, bool again) {
    V<T> sums[R][C] = {};
    auto add = [&](Size d, int count) __attribute__((always_inline)) {
        V<T> right[C];
        UNROLLED for (int j = 0; j < C; ++j) right[j] = take(b + j * b_step + d, count);
        UNROLLED for (int r = 0; r < R; ++r) {
            V<T> left = take(a[r] + d, count);
            UNROLLED for (int j = 0; j < C; ++j) sums[r][j] += left * right[j];
        }
    };
    Size d = 0;
    SEVERAL for (; d + LANES<T> <= depth; d += LANES<T>) add(d, LANES<T>);
    if (d < depth) add(d, static_cast<int>(depth - d));
    // All sums of lanes at once, and one by one where there are few.
    constexpr int COUNT = R * C, GROUP = LANES<T>;
    T made[(COUNT + GROUP - 1) / GROUP * GROUP];
    UNROLLED for (int first = 0; first < COUNT; first += GROUP) {
        if (COUNT - first > GROUP / 4) {
            V<T> group[GROUP];
            UNROLLED for (int i = 0; i < GROUP; ++i)
                group[i] = first + i < COUNT ? sums[(first + i) / C][(first + i) % C] : V<T>{};
            store(made + first, glassnet::GLASSNET_ISA::sums<T>(group));
        } else {
            UNROLLED for (int i = first; i < COUNT; ++i) made[i] = sum<T>(sums[i / C][i % C]);
        }
    }
    UNROLLED for (int r = 0; r < R; ++r) {
        UNROLLED for (int j = 0; j < C; ++j) {
            T& to = c[r * c_step + j];
            to = made[r * C + j] + (again ? to : start ? start[j] : T(0));
        }
    }
}

// Long sums are taken piece by piece, so that a piece of A stays in the cache for all columns; rows
// that are anywhere are fetched ahead, some of the next ones with each tile.
template <class T, int R>
void dot_rows(const Dots<T>& x, Size r) {
    constexpr Size LINE = 64 / sizeof(T);
    for (Size d = 0; d < x.depth; d += DEPTH) {
        Size depth = x.depth - d < DEPTH ? x.depth - d : DEPTH;
        const T* a[R];
        UNROLLED for (int i = 0; i < R; ++i) a[i] = x.a[r + i] + d;
        T* c = x.c + r * x.c_step;
        Size j = 0;
        auto fetch = [&](int columns) __attribute__((always_inline)) {
            Size from = depth * j / x.columns, to = depth * (j + columns) / x.columns;
            for (Size i = r + R; i < r + 2 * R && i < x.rows; ++i)
                for (Size k = from / LINE * LINE; k < to; k += LINE)
                    __builtin_prefetch(x.a[i] + d + k, 0, 2);
        };
        auto columns = [&]<int C>() {
            if (x.a.order) fetch(C);
            dot_tile<T, R, C>(a, x.b + j * x.b_step + d, x.b_step, c + j, x.c_step, depth,
                              x.start ? x.start + j : nullptr, d > 0);
        };
        for (; j + DOT_COLUMNS <= x.columns; j += DOT_COLUMNS)
            columns.template operator()<DOT_COLUMNS>();
        switch (x.columns - j) {
            case 1: columns.template operator()<1>(); break;
            case 2: columns.template operator()<2>(); break;
#if defined(__AVX512F__) || defined(__aarch64__)
            case 3: columns.template operator()<3>(); break;
#endif
            default: break;
        }
    }
}

template <class T>
void dots(const Dots<T>& x) {
    Size r = 0;
    for (; r + DOT_ROWS <= x.rows; r += DOT_ROWS) dot_rows<T, DOT_ROWS>(x, r);
    if (r + 2 < x.rows) {
        dot_rows<T, 3>(x, r);
        r += 3;
    }
    for (; r < x.rows; ++r) dot_rows<T, 1>(x, r);
}

}  // namespace glassnet::GLASSNET_ISA
