// A network for numbers of one type: what Python can ask of it.

#pragma once

#include <cmath>

#include "admission.hpp"
#include "learning.hpp"
#include "machine.hpp"

namespace glassnet {

inline void check_instructions(const std::string& instructions) {
    const auto& known = instruction_sets();
    check(std::find(known.begin(), known.end(), instructions) != known.end(),
          "instructions that this processor does not have");
}

template <class T>
class Program {
public:
    Program(Description description, const std::string& instructions)
        : description_(std::move(description)), kernels_(kernels<T>(instructions)) {}

    void predict(const std::vector<Given<T>>& parameters, const std::vector<Input<T>>& inputs,
                 Made<T> out, int threads) {
        auto problem = admission_.problem(parameters, inputs);
        check(out.shape(0) == problem.data.rows && out.shape(1) == problem.output_units(),
              "an output of this shape");
        T* to = aligned(out.data());
        Signals signals;
        {
            nb::gil_scoped_release release;
            glassnet::predict(problem, threads, workplaces_, signals.watch, to);
        }
        signals.raise();
    }

    double cost(const std::vector<Given<T>>& parameters, const std::vector<Input<T>>& inputs,
                const Rows<T>& y, std::optional<Line<const T>> weights, double total, int threads) {
        auto problem = admission_.problem(parameters, inputs);
        admission_.label(problem, y, weights, total);
        Signals signals;
        double made;
        {
            nb::gil_scoped_release release;
            made = glassnet::cost(problem, threads, workplaces_, signals.watch);
        }
        signals.raise();
        return made;
    }

    double gradients(const std::vector<Given<T>>& parameters, const std::vector<Input<T>>& inputs,
                     const Rows<T>& y, std::optional<Line<const T>> weights, double total,
                     std::optional<std::array<std::uint64_t, 2>> key, std::uint64_t update,
                     std::vector<Made<T>> out, int threads) {
        auto problem = admission_.problem(parameters, inputs);
        admission_.label(problem, y, weights, total);
        auto made = admission_.writable(problem, out);
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

    // Whether all of it is finite. What is too large to be added up counts as if it were not.
    bool finite(const std::vector<Rows<T>>& arrays) const {
        double sum = 0;
        for (auto& x : arrays) {
            const Size step = rows_step(x);
            const bool whole = step == x.shape(1);
            const T* row = aligned(x.data());
            for (Size i = 0; i < (whole ? 1 : x.shape(0)); ++i, row += step)
                sum += kernels_.total(row, whole ? x.shape(0) * x.shape(1) : x.shape(1));
        }
        return std::isfinite(sum);
    }

    void look(const std::vector<Given<T>>& parameters, const std::vector<Input<T>>& inputs,
              const Arrays<T>& a) {
        auto problem = admission_.problem(parameters, inputs);
        Arrays<T> none(a.size());
        auto seen = admission_.to_see(problem, a, none, none);
        nb::gil_scoped_release release;
        glassnet::look(problem, seen);
    }

    double trace(const std::vector<Given<T>>& parameters, const std::vector<Input<T>>& inputs,
                 const Rows<T>& y, std::optional<Line<const T>> weights, double total,
                 std::optional<std::array<std::uint64_t, 2>> key, std::uint64_t update,
                 const Arrays<T>& a, const Arrays<T>& da, const Arrays<T>& mask,
                 std::vector<Made<T>> gradients) {
        auto problem = admission_.problem(parameters, inputs);
        admission_.label(problem, y, weights, total);
        auto seen = admission_.to_see(problem, a, da, mask);
        seen.gradients = admission_.writable(problem, gradients);
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
               std::vector<Made<T>> mean, const std::vector<Input<T>>& inputs, const Rows<T>& y,
               std::optional<Line<const T>> weights, double total,
               std::optional<Line<const std::int64_t>> order, const std::vector<Size>& sizes,
               const std::vector<double>& rates, int rule, std::array<double, 4> settings,
               double limit, double limit_norm, double average, std::int64_t t,
               std::optional<std::array<std::uint64_t, 2>> key, Line<double> costs, int threads) {
        auto problem = admission_.problem(parameters, inputs);
        admission_.label(problem, y, weights, total);
        check(key.has_value() || !noisy(), "a network with dropout and no noise");
        check(!order || !has(Kind::dual), "batches of a dual layer");
        check(rule >= 0 && rule <= 4, "an unknown optimizer");
        const auto batches = static_cast<Size>(sizes.size());
        check(batches > 0 && sizes.size() == rates.size() && costs.shape(0) == batches,
              "as many batches as rates and costs");
        Learning<T> row;
        row.rule = static_cast<Rule>(rule);
        bool remembers_v = row.rule != Rule::descent && row.rule != Rule::rmsprop;
        bool remembers_s = row.rule == Rule::rmsprop || row.rule == Rule::adam;
        row.parameters = admission_.writable(problem, parameters);
        if (remembers_v) row.v = admission_.writable(problem, v);
        if (remembers_s) row.s = admission_.writable(problem, s);
        if (average >= 0) row.mean = admission_.writable(problem, mean);
        row.sizes = sizes;
        Size seen = 0;
        for (Size size : sizes) {
            check(size > 0 && (order || size == problem.data.rows), "batches of these sizes");
            seen += size;
        }
        if (order) {
            check(order->shape(0) == seen, "an order of this length");
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

    const Description description_;
    const Kernels<T>& kernels_;
    const Admission<T> admission_{description_, kernels_};
    Tuner tuner_;
    Workplaces<T> workplaces_;
};

}  // namespace glassnet
