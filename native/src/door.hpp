// What comes through the door from Python: arrays, which are checked, and signals.

#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "table.hpp"
#include "watch.hpp"

namespace glassnet {

namespace nb = nanobind;

template <class T>
using Rows = nb::ndarray<const T, nb::ndim<2>, nb::device::cpu>;
// The numbers of a sparse input, their places, where every row starts, and the numbers in a row.
template <class T>
using SparseRows = std::tuple<nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>,
                              nb::ndarray<const std::int32_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>,
                              nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>,
                              Size>;
template <class T>
using Input = std::variant<Rows<T>, SparseRows<T>>;
template <class T>
using Given = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Made = nb::ndarray<T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Line = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

[[noreturn]] inline void refuse(const std::string& why) { throw nb::value_error(why.c_str()); }

inline void check(bool fits, const char* what) {
    if (!fits) refuse(std::string("the native engine cannot take ") + what);
}

template <class T>
T* aligned(T* p) {
    check(reinterpret_cast<std::uintptr_t>(p) % alignof(T) == 0, "numbers that are not aligned");
    return p;
}

template <class Array>
Size rows_step(const Array& x) {
    check(x.shape(1) == 1 || x.stride(1) == 1, "rows whose numbers do not lie side by side");
    check(x.stride(0) >= 0 || x.shape(0) == 1, "rows in reversed order");
    return x.shape(0) > 1 ? static_cast<Size>(x.stride(0)) : static_cast<Size>(x.shape(1));
}

// Ctrl-C and other signals, whose handlers in Python run here while the engine works. What they
// raise ends the work.
struct Signals {
    std::optional<nb::python_error> raised;
    Watch watch{[this] {
        nb::gil_scoped_acquire acquire;
        if (PyErr_CheckSignals() == 0) return false;
        raised.emplace();
        return true;
    }};

    void raise() const {
        if (raised) throw *raised;
    }
    nb::object error() const { return raised ? nb::borrow(raised->value()) : nb::none(); }
};

}  // namespace glassnet
