// The error function. Near zero by its series; else through erfc(x) = e^(−x²) p(s) / (1 + 2x), where p
// is smooth in s, a map of x onto [−1, 1]: the form of Shepherd and Laframboise, "Chebyshev
// approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞" (1981). The coefficients were computed
// for 0.469 ≤ x ≤ 6.2 in 60 digits.

#pragma once

#include "functions.hpp"

namespace glassnet::GLASSNET_ISA {

constexpr int ERF_TERMS = 13, ERFC_TERMS = 18;
constexpr double ERF_SERIES[ERF_TERMS] = {
    1.12837916709551257, -0.376126389031837525, 0.112837916709551257,
    -0.0268661706451312518, 0.00522397762544218784, -0.000854832702345085283,
    0.000120553329817896643, -0.000014925650358406251, 1.64621143658892474e-6,
    -1.63658446912349243e-7, 1.48071928158792172e-8, -1.22905553017179274e-9,
    9.42275906465041097e-11};
constexpr double ERFC_POLYNOMIAL[ERFC_TERMS] = {
    1.27280465651319105, -0.0582117421428462923, -0.0342734008167432198,
    0.0390457787013696158, -0.0217129055003936664, 0.00841548317962172002,
    -0.0023961529960423903, 0.000483084663185692787, -0.0000568386819819268111,
    -6.25898897089749259e-7, 1.50307361917514084e-6, -1.70895516071214387e-7,
    -2.4741301792685731e-8, 6.89848282766549517e-9, 3.58118108919559792e-10,
    -2.30346014284909511e-10, -5.66019376817872268e-12, 6.7358593286477249e-12};
constexpr double ERFC_SCALE = 1.95310796074154853, ERFC_SHIFT = 0.519083969465648855;

// (1 + erf(z / √2)) / 2, the share of a standard normal below z.
template <class T>
ALWAYS_INLINE V<T> normal_below(V<T> z) {
    V<T> x = z * static_cast<T>(0.70710678118654752440);
    V<T> far = minimum<T>(magnitude<T>(x), all<T>(static_cast<T>(6.2)));
    V<T> square = x * x;
    V<T> near = all<T>(static_cast<T>(ERF_SERIES[ERF_TERMS - 1]));
    UNROLLED for (int j = ERF_TERMS - 2; j >= 0; --j) near = near * square + T(ERF_SERIES[j]);
    V<T> t = (far - T(3.75)) / (far + T(3.75));
    V<T> s = t * static_cast<T>(ERFC_SCALE) + static_cast<T>(ERFC_SHIFT);
    V<T> p = all<T>(static_cast<T>(ERFC_POLYNOMIAL[ERFC_TERMS - 1]));
    UNROLLED for (int j = ERFC_TERMS - 2; j >= 0; --j) p = p * s + T(ERFC_POLYNOMIAL[j]);
    V<T> tail = exponential<T>(-(far * far)) * p / (1 + 2 * far) * T(0.5);
    V<T> outside = x > 0 ? 1 - tail : tail;
    V<T> made = magnitude<T>(x) < T(0.46875) ? T(0.5) + T(0.5) * (x * near) : outside;
    return x != x ? x : made;
}

}  // namespace glassnet::GLASSNET_ISA
