// Arrays of Python's, held through the buffer protocol while a call needs them. Nothing is converted
// or copied.

#pragma once

#include <nanobind/nanobind.h>

#include <array>
#include <type_traits>

#include "table.hpp"

namespace glassnet {

// What the buffer protocol calls numbers of this type; whole ones have a name for each size in C.
template <class T>
constexpr const char* CODES = std::is_same_v<T, float> ? "f" : std::is_same_v<T, double> ? "d" : "ilq";

// An array of so many axes. A TIGHT one has its numbers one behind the other, in the order of its
// axes; one of `const` numbers may be read only.
template <class T, int AXES, bool TIGHT>
class Array {
public:
    Array() = default;
    Array(Array&& other) noexcept { take(other); }
    Array& operator=(Array&& other) noexcept {
        if (this != &other) {
            let_go();
            take(other);
        }
        return *this;
    }
    ~Array() { let_go(); }

    // Whether the object is such an array, which then stays where it is until this one ends.
    bool hold(PyObject* object) noexcept {
        let_go();
        if (PyObject_GetBuffer(object, &view_, FLAGS) != 0) {
            PyErr_Clear();
            view_.obj = nullptr;
            return false;
        }
        if (fits()) return true;
        let_go();
        return false;
    }

    T* data() const { return static_cast<T*>(view_.buf); }
    Size shape(int axis) const { return shape_[axis]; }
    Size stride(int axis) const { return stride_[axis]; }  // in numbers

private:
    static constexpr int FLAGS =
        PyBUF_STRIDES | PyBUF_FORMAT | (std::is_const_v<T> ? 0 : PyBUF_WRITABLE);
    static constexpr Size BYTES = sizeof(T);

    bool fits() noexcept {
        if (view_.ndim != AXES || view_.itemsize != BYTES || !of_this_type(view_.format)) return false;
        for (int axis = 0; axis < AXES; ++axis) {
            if (view_.strides[axis] % BYTES != 0) return false;
            shape_[axis] = view_.shape[axis];
            stride_[axis] = view_.strides[axis] / BYTES;
        }
        Size next = 1;
        for (int axis = AXES - 1; TIGHT && axis >= 0; next *= shape_[axis--])
            if (shape_[axis] > 1 && stride_[axis] != next) return false;
        return true;
    }

    static bool of_this_type(const char* format) noexcept {
        if (*format == '@' || *format == '=') ++format;  // the machine's own order of bytes
        for (const char* code = CODES<std::remove_const_t<T>>; *code; ++code)
            if (format[0] == *code && format[1] == 0) return true;
        return false;
    }

    void take(Array& other) noexcept {
        view_ = other.view_;
        shape_ = other.shape_;
        stride_ = other.stride_;
        other.view_.obj = nullptr;
    }

    void let_go() noexcept {
        if (view_.obj) PyBuffer_Release(&view_);
    }

    Py_buffer view_{};
    std::array<Size, AXES> shape_{}, stride_{};
};

}  // namespace glassnet

template <class T, int AXES, bool TIGHT>
struct nanobind::detail::type_caster<glassnet::Array<T, AXES, TIGHT>> {
    using Held = glassnet::Array<T, AXES, TIGHT>;
    NB_TYPE_CASTER(Held, const_name("array"))

    bool from_python(handle source, std::uint32_t, cleanup_list*) noexcept {
        return value.hold(source.ptr());
    }
};
