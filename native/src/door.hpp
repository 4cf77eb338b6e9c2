// What comes through the door from Python: arrays, which are checked, and signals.

#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "array.hpp"
#include "table.hpp"
#include "watch.hpp"

namespace glassnet {

namespace nb = nanobind;

template <class T>
using Rows = Array<const T, 2, false>;
// The numbers of a sparse input, their places, where every row starts, and the numbers in a row.
template <class T>
using SparseRows = std::tuple<Array<const T, 1, true>, Array<const std::int32_t, 1, true>,
                              Array<const std::int64_t, 1, true>, Size>;
template <class T>
using Input = std::variant<Rows<T>, SparseRows<T>>;
template <class T>
using Given = Array<const T, 2, true>;
template <class T>
using Made = Array<T, 2, true>;
template <class T>
using Line = Array<T, 1, true>;

[[noreturn]] inline void refuse(const std::string& why) { throw nb::value_error(why.c_str()); }

inline void check(bool fits, const char* what) {
    if (!fits) refuse(std::string("the native engine cannot take ") + what);
}

template <class T>
T* aligned(T* p) {
    check(reinterpret_cast<std::uintptr_t>(p) % alignof(T) == 0, "numbers that are not aligned");
    return p;
}

template <class T>
Size rows_step(const Rows<T>& x) {
    check(x.shape(1) == 1 || x.stride(1) == 1, "rows whose numbers do not lie side by side");
    check(x.stride(0) >= 0 || x.shape(0) == 1, "rows in reversed order");
    return x.shape(0) > 1 ? x.stride(0) : x.shape(1);
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
