// The door between Python and the engine: every array is checked here, and nothing behind it is.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <optional>
#include <string>
#include <tuple>

#include "door.hpp"
#include "dual.hpp"
#include "learning.hpp"
#include "machine.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using namespace glassnet;

using NodeTuple = std::tuple<int, std::vector<int>, int, int, double, std::uint64_t>;

void check_instructions(const std::string& instructions) {
    const auto& known = instruction_sets();
    check(std::find(known.begin(), known.end(), instructions) != known.end(),
          "instructions that this processor does not have");
}

// A network for numbers of one type.
template <class T>
class Program {
public:
    Program(const std::vector<NodeTuple>& nodes, int sources, int values, int loss, bool canonical,
            double smoothing, double delta, std::vector<double> quantiles, double l1, double l2,
            const std::string& instructions)
        : kernels_(kernels<T>(instructions)) {
        check_instructions(instructions);
        auto& d = description_;
        check(!nodes.empty() && sources > 0 && values > sources, "a network without layers");
        check(loss >= 0 && loss <= 6, "an unknown loss");
        for (auto& [kind, reads, makes, activation, parameter, place] : nodes) {
            check(kind >= 0 && kind <= 6, "an unknown layer");
            check(activation >= 0 && activation <= 12, "an unknown activation");
            check(!reads.empty() && makes >= sources && makes < values, "these values");
            for (int read : reads) check(read >= 0 && read < makes, "these values");
            Node node{static_cast<Kind>(kind), reads, makes};
            node.activation = static_cast<Activation>(activation);
            node.parameter = parameter;
            node.place = place;
            if (node.kind == Kind::dense || node.kind == Kind::dual) node.layer = d.layers++;
            check(node.kind != Kind::dual || (reads == std::vector<int>{0, 1} && sources == 2),
                  "these values for a dual layer");
            d.nodes.push_back(node);
        }
        check(!canonical || d.nodes.back().kind == Kind::activation, "this canonical pair");
        d.sources = sources;
        d.values = values;
        d.loss = static_cast<Loss>(loss);
        d.canonical = canonical;
        d.smoothing = smoothing;
        d.delta = delta;
        d.quantiles = std::move(quantiles);
        d.l1 = l1;
        d.l2 = l2;
    }

    void predict(const std::vector<Given<T>>& parameters, const std::vector<Rows<T>>& inputs,
                 Made<T> out, int threads) {
        auto problem = make(parameters, inputs);
        Size units = output_units(problem);
        check(static_cast<Size>(out.shape(0)) == problem.data.rows &&
                  static_cast<Size>(out.shape(1)) == units,
              "an output of this shape");
        T* to = aligned(out.data());
        Signals signals;
        {
            nb::gil_scoped_release release;
            glassnet::predict(problem, threads, workplaces_, signals.watch, to);
        }
        signals.raise();
    }

    double cost(const std::vector<Given<T>>& parameters, const std::vector<Rows<T>>& inputs,
                const Rows<T>& y, std::optional<Line<const T>> weights, double total, int threads) {
        auto problem = make(parameters, inputs);
        label(problem, y, weights, total);
        Signals signals;
        double made;
        {
            nb::gil_scoped_release release;
            made = glassnet::cost(problem, threads, workplaces_, signals.watch);
        }
        signals.raise();
        return made;
    }

    double gradients(const std::vector<Given<T>>& parameters, const std::vector<Rows<T>>& inputs,
                     const Rows<T>& y, std::optional<Line<const T>> weights, double total,
                     std::optional<std::array<std::uint64_t, 2>> key, std::uint64_t update,
                     std::vector<Made<T>> out, int threads) {
        auto problem = make(parameters, inputs);
        label(problem, y, weights, total);
        auto made = writable(problem, out);
        Philox noise{key.value_or(std::array<std::uint64_t, 2>{}), {0, 0, update, 0}};
        check(key.has_value() || !noisy(), "a network with dropout and no noise");
        Signals signals;
        double cost;
        {
            nb::gil_scoped_release release;
            cost = glassnet::gradients(problem, threads, workplaces_, &noise, made, signals.watch);
        }
        signals.raise();
        return cost;
    }

    // Arrays by the number of the value; None where one is not wanted.
    using Arrays = std::vector<std::optional<Made<T>>>;

    void look(const std::vector<Given<T>>& parameters, const std::vector<Rows<T>>& inputs,
              const Arrays& a) {
        auto problem = make(parameters, inputs);
        Arrays none(a.size());
        auto seen = to_see(problem, a, none, none);
        nb::gil_scoped_release release;
        glassnet::look(problem, seen);
    }

    double trace(const std::vector<Given<T>>& parameters, const std::vector<Rows<T>>& inputs,
                 const Rows<T>& y, std::optional<Line<const T>> weights, double total,
                 std::optional<std::array<std::uint64_t, 2>> key, std::uint64_t update,
                 const Arrays& a, const Arrays& da, const Arrays& mask,
                 std::vector<Made<T>> gradients) {
        auto problem = make(parameters, inputs);
        label(problem, y, weights, total);
        auto seen = to_see(problem, a, da, mask);
        seen.gradients = writable(problem, gradients);
        Philox noise{key.value_or(std::array<std::uint64_t, 2>{}), {0, 0, update, 0}};
        check(key.has_value() || !noisy(), "a network with dropout and no noise");
        Signals signals;
        double cost;
        {
            nb::gil_scoped_release release;
            cost = glassnet::trace(problem, &noise, seen, signals.watch);
        }
        signals.raise();
        return cost;
    }

    // How many updates were made, and what a signal raised that ended them early, or None.
    std::tuple<Size, nb::object> learn(std::vector<Made<T>> parameters, std::vector<Made<T>> v, std::vector<Made<T>> s,
               std::vector<Made<T>> mean, const std::vector<Rows<T>>& inputs, const Rows<T>& y,
               std::optional<Line<const T>> weights, double total,
               std::optional<Line<const std::int64_t>> order, const std::vector<Size>& sizes,
               const std::vector<double>& rates, int rule, std::array<double, 4> settings,
               double limit, double limit_norm, double average, std::int64_t t,
               std::optional<std::array<std::uint64_t, 2>> key, Line<double> costs, int threads) {
        std::vector<Given<T>> given(parameters.begin(), parameters.end());
        auto problem = make(given, inputs);
        label(problem, y, weights, total);
        check(key.has_value() || !noisy(), "a network with dropout and no noise");
        check(!order || !has(Kind::dual), "batches of a dual layer");
        check(rule >= 0 && rule <= 4, "an unknown optimizer");
        check(!sizes.empty() && sizes.size() == rates.size() && costs.shape(0) == sizes.size(),
              "as many batches as rates and costs");
        Learning<T> row;
        row.rule = static_cast<Rule>(rule);
        bool remembers_v = row.rule != Rule::descent && row.rule != Rule::rmsprop;
        bool remembers_s = row.rule == Rule::rmsprop || row.rule == Rule::adam;
        row.parameters = writable(problem, parameters);
        if (remembers_v) row.v = writable(problem, v);
        if (remembers_s) row.s = writable(problem, s);
        if (average >= 0) row.mean = writable(problem, mean);
        row.sizes = sizes;
        Size seen = 0;
        for (Size size : sizes) {
            check(size > 0 && (order || size == problem.data.rows), "batches of these sizes");
            seen += size;
        }
        if (order) {
            check(static_cast<Size>(order->shape(0)) == seen, "an order of this length");
            for (Size i = 0; i < seen; ++i)
                check(order->data()[i] >= 0 && order->data()[i] < problem.data.rows,
                      "an example that is not there");
            row.order = aligned(order->data());
        }
        row.rates = rates.data();
        row.beta_1 = settings[0];
        row.beta_2 = settings[1];
        row.epsilon = settings[2];
        row.decay = settings[3];
        row.limit = limit;
        row.limit_norm = limit_norm;
        row.average = average;
        row.t = t;
        row.key = key.value_or(std::array<std::uint64_t, 2>{});
        row.costs = aligned(costs.data());
        Signals signals;
        Size done;
        {
            nb::gil_scoped_release release;
            done = glassnet::learn(problem, threads, workplaces_, row, tuner_, signals.watch);
        }
        return {done, signals.error()};
    }

private:
    bool has(Kind kind) const {
        return std::any_of(description_.nodes.begin(), description_.nodes.end(),
                           [kind](const Node& node) { return node.kind == kind; });
    }
    bool noisy() const { return has(Kind::dropout); }

    Problem<T> make(const std::vector<Given<T>>& parameters,
                    const std::vector<Rows<T>>& inputs) const {
        Problem<T> problem{description_, kernels_, {}, {}, {}, {}, 1};
        check(static_cast<int>(inputs.size()) == description_.sources, "this number of inputs");
        check(static_cast<int>(parameters.size()) == 2 * description_.layers,
              "this number of parameters");
        auto& data = problem.data;
        data.rows = static_cast<Size>(inputs[0].shape(0));
        for (auto& x : inputs) {
            check(static_cast<Size>(x.shape(0)) == data.rows && x.shape(0) > 0 && x.shape(1) > 0,
                  "inputs of these shapes");
            data.x.push_back(aligned(x.data()));
            data.x_step.push_back(rows_step(x));
            problem.widths.push_back(static_cast<Size>(x.shape(1)));
        }
        for (std::size_t l = 0; l < parameters.size(); l += 2) {
            auto &w = parameters[l], &b = parameters[l + 1];
            check(w.shape(0) > 0 && w.shape(1) > 0 && b.shape(0) == w.shape(0) && b.shape(1) == 1,
                  "parameters of these shapes");
            problem.shapes.push_back(
                {static_cast<Size>(w.shape(0)), static_cast<Size>(w.shape(1))});
            problem.parameters.push_back(aligned(w.data()));
            problem.parameters.push_back(aligned(b.data()));
        }
        output_units(problem);
        return problem;
    }

    Seen<T> to_see(const Problem<T>& problem, const Arrays& a, const Arrays& da,
                   const Arrays& mask) const {
        auto units = all_units(problem);
        auto checked = [&](const Arrays& arrays) {
            check(arrays.size() == units.size(), "this number of arrays to write to");
            std::vector<T*> made;
            for (std::size_t v = 0; v < units.size(); ++v) {
                check(!arrays[v] || (static_cast<Size>(arrays[v]->shape(0)) == problem.data.rows &&
                                     static_cast<Size>(arrays[v]->shape(1)) == units[v]),
                      "arrays of these shapes to write to");
                made.push_back(arrays[v] ? aligned(arrays[v]->data()) : nullptr);
            }
            return made;
        };
        auto seen = Seen<T>{checked(a), checked(da), checked(mask), {}};
        std::vector<bool> learned(units.size(), false), masked(units.size(), false);
        for (auto& node : description_.nodes) {
            masked[node.makes] = node.kind == Kind::dropout;
            learned[node.makes] = node.kind == Kind::dense;
            for (int read : node.reads)
                if (learned[read]) learned[node.makes] = true;
        }
        for (std::size_t v = 0; v < units.size(); ++v)
            check((learned[v] || !seen.da[v]) && (masked[v] || !seen.mask[v]) &&
                      (static_cast<int>(v) >= description_.sources || !seen.a[v]),
                  "arrays that the network does not make");
        return seen;
    }

    Size output_units(const Problem<T>& problem) const {
        return all_units(problem)[description_.nodes.back().makes];
    }

    // The units of every value follow from those of the inputs and of W; all must fit.
    std::vector<Size> all_units(const Problem<T>& problem) const {
        std::vector<Size> units(static_cast<std::size_t>(description_.values), 0);
        for (int s = 0; s < description_.sources; ++s) units[s] = problem.widths[s];
        for (auto& node : description_.nodes) {
            Size made = units[node.reads[0]];
            if (node.kind == Kind::dense) {
                check(problem.shapes[node.layer][1] == made, "a W that does not fit its input");
                made = problem.shapes[node.layer][0];
            } else if (node.kind == Kind::dual) {
                auto shape = problem.shapes[node.layer];
                check(made == problem.data.rows && made <= SHARD && shape[1] == made &&
                          shape[0] == units[node.reads[1]],
                      "an S that does not fit K and Z");
                made = shape[0];
            } else if (node.kind == Kind::concatenate) {
                made = 0;
                for (int read : node.reads) made += units[read];
            } else {
                for (int read : node.reads)
                    check(units[read] == made, "values of different units to add");
            }
            units[node.makes] = made;
        }
        return units;
    }

    void label(Problem<T>& problem, const Rows<T>& y, std::optional<Line<const T>>& weights,
               double total) const {
        Size units = output_units(problem), rows = problem.data.rows;
        Size given = static_cast<Size>(y.shape(1));
        bool shared = description_.loss == Loss::quantile && given == 1;
        check(static_cast<Size>(y.shape(0)) == rows && (given == units || shared),
              "labels of this shape");
        auto& quantiles = description_.quantiles;
        check(description_.loss != Loss::quantile ||
                  static_cast<Size>(quantiles.size()) >= units,
              "this number of quantiles");
        problem.data.y = aligned(y.data());
        problem.data.y_units = given;
        problem.data.y_step = rows_step(y);
        check(!weights || static_cast<Size>(weights->shape(0)) == rows, "this number of weights");
        problem.data.weights = weights ? aligned(weights->data()) : nullptr;
        check(total > 0, "a total that is not positive");
        problem.total = total;
    }

    std::vector<T*> writable(const Problem<T>& problem, std::vector<Made<T>>& arrays) const {
        check(arrays.size() == problem.parameters.size(), "this number of arrays to write to");
        std::vector<T*> made;
        for (std::size_t i = 0; i < arrays.size(); ++i) {
            auto& shape = problem.shapes[i / 2];
            check(static_cast<Size>(arrays[i].shape(0)) == shape[0] &&
                      static_cast<Size>(arrays[i].shape(1)) == (i % 2 ? 1 : shape[1]),
                  "arrays of these shapes to write to");
            made.push_back(aligned(arrays[i].data()));
        }
        return made;
    }

    Description description_;
    const Kernels<T>& kernels_;
    Tuner tuner_;
    Workplaces<T> workplaces_;
};

// Arrays are taken as they are, never converted: a copy that is written to would be lost.
auto exact(const char* name) { return nb::arg(name).noconvert(); }
auto optional(const char* name) { return nb::arg(name).noconvert().none(); }

template <class T>
void bind(nb::module_& m, const char* name) {
    using P = Program<T>;
    nb::class_<P>(m, name)
        .def(nb::init<const std::vector<NodeTuple>&, int, int, int, bool, double, double,
                      std::vector<double>, double, double, const std::string&>())
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
                    {aligned(s.data()), static_cast<Size>(s.shape(0)), aligned(x.data()),
                     rows_step(x), static_cast<Size>(x.shape(0)), static_cast<Size>(x.shape(1))},
                    aligned(out.data()), threads);
    }, exact("S"), exact("X"), exact("out"), "instructions"_a, "threads"_a);
}

template <class T>
void bind_function(nb::module_& m) {
    m.def("function", [](int which, Line<const T> x, Line<T> y, const std::string& instructions) {
        check(x.shape(0) == y.shape(0), "arrays of different lengths");
        check_instructions(instructions);
        kernels<T>(instructions).map(which, x.data(), y.data(), static_cast<Size>(x.shape(0)));
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
    m.def("instruction_sets", &instruction_sets);
}
