// The module that Python imports: names for what program.hpp does.

#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "dual.hpp"
#include "program.hpp"

namespace {

using namespace glassnet;
using namespace nb::literals;

// The same number as in glassnet.engines.compiled: raised wherever what passes between them changes.
constexpr int INTERFACE = 3;

// Arrays are taken as they are, never converted: a copy that is written to would be lost.
auto exact(const char* name) { return nb::arg(name).noconvert(); }
auto optional(const char* name) { return nb::arg(name).noconvert().none(); }

template <class T>
void bind(nb::module_& m, const char* name) {
    using P = Program<T>;
    nb::class_<P>(m, name)
        .def("__init__",
             [](P* made, const std::vector<NodeTuple>& nodes, int sources, int values, int loss,
                bool canonical, double smoothing, double delta, std::vector<double> quantiles,
                double l1, double l2, const std::string& instructions) {
                 check_instructions(instructions);
                 new (made) P(described(nodes, sources, values, loss, canonical, smoothing, delta,
                                        std::move(quantiles), l1, l2),
                              instructions);
             })
        .def("finite", &P::finite, exact("arrays"))
        .def("predict", &P::predict, exact("parameters"), exact("inputs"), exact("out"),
             "threads"_a)
        .def("cost", &P::cost, exact("parameters"), exact("inputs"), exact("Y"), optional("weights"),
             "total"_a, "threads"_a)
        .def("gradients", &P::gradients, exact("parameters"), exact("inputs"), exact("Y"),
             optional("weights"), "total"_a, "key"_a.none(), "update"_a, exact("out"), "threads"_a)
        .def("look", &P::look, exact("parameters"), exact("inputs"), exact("A"))
        .def("trace", &P::trace, exact("parameters"), exact("inputs"), exact("Y"),
             optional("weights"), "total"_a, "key"_a.none(), "update"_a, exact("A"), exact("dA"),
             exact("D"), exact("gradients"))
        .def("learn", &P::learn, exact("parameters"), exact("v"), exact("s"), exact("mean"),
             exact("inputs"), exact("Y"), optional("weights"), "total"_a, optional("order"),
             "sizes"_a, "rates"_a, "rule"_a, "settings"_a, "limit"_a, "limit_norm"_a, "average"_a,
             "t"_a, "key"_a.none(), exact("costs"), "threads"_a);
}

template <class T>
void bind_combination(nb::module_& m) {
    m.def("combination", [](Given<T> s, Rows<T> x, Made<T> out, const std::string& instructions,
                            int threads) {
        check(s.shape(1) == x.shape(0) && out.shape(0) == s.shape(0) &&
                  out.shape(1) == x.shape(1) && x.shape(0) > 0 && x.shape(1) > 0,
              "a combination of these shapes");
        check_instructions(instructions);
        nb::gil_scoped_release release;
        combination(kernels<T>(instructions),
                    {aligned(s.data()), s.shape(0), aligned(x.data()), rows_step(x), x.shape(0),
                     x.shape(1)},
                    aligned(out.data()), threads);
    }, exact("S"), exact("X"), exact("out"), "instructions"_a, "threads"_a);
}

template <class T>
void bind_function(nb::module_& m) {
    m.def("function", [](int which, Line<const T> x, Line<T> y, const std::string& instructions) {
        check(x.shape(0) == y.shape(0), "arrays of different lengths");
        check_instructions(instructions);
        kernels<T>(instructions).map(which, x.data(), y.data(), x.shape(0));
    });
}

}  // namespace

NB_MODULE(_native, m) {
    m.doc() = "The native engine's compiled part; glassnet.engines.native is its Python side.";
    bind<float>(m, "Program32");
    bind<double>(m, "Program64");
    bind_combination<float>(m);
    bind_combination<double>(m);
    bind_function<float>(m);
    bind_function<double>(m);
    m.attr("interface") = INTERFACE;
    m.def("instruction_sets", &instruction_sets);
}
