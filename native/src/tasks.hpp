// Which thread works on which stretch of the parameters: as long in all for each, as far as whole
// vectors allow.

#pragma once

#include <algorithm>
#include <vector>

#include "network.hpp"

namespace glassnet {

// What one thread works on of a dense layer's W: inputs `from`..`to` of the units `first`..`last`.
struct Task {
    int layer;
    Size from, to, first, last;
};

class Tasks {
public:
    template <class T>
    explicit Tasks(const Network<T>& net) {
        for (int l = static_cast<int>(net.layers.size()) - 1; l >= 0; --l) cut(net, l);
        double sum = 0;
        for (auto& task : tasks_) work_.push_back(sum += work(net, task));
    }

    Size size() const { return static_cast<Size>(tasks_.size()); }
    const Task& operator[](Size task) const { return tasks_[task]; }

    bool mine(Size task, int number, int team) const {
        double middle = task ? (work_[task] + work_[task - 1]) / 2 : work_[0] / 2;
        int owner = static_cast<int>(middle * team / work_.back());
        return std::min(owner, team - 1) == number;
    }

    // `use` of every stretch that is this thread's: tasks beside each other in a layer are one.
    template <class Use>
    void own(int number, int team, Use use) const {
        for (Size first = 0, last; first < size(); first = last) {
            last = first + 1;
            if (!mine(first, number, team)) continue;
            while (last < size() && tasks_[last].layer == tasks_[first].layer &&
                   mine(last, number, team))
                ++last;
            Task stretch = tasks_[first];
            stretch.to = tasks_[last - 1].to;
            use(stretch);
        }
    }

private:
    // The work is counted in multiply-adds, as it was measured: so many are as long as the update of
    // a number, as what turns it, and as a number in a sum of the bias.
    static constexpr double UPDATED = 20, TURNED = 15, SUMMED = 10;

    // Inputs are dealt out in whole vectors where W is turned, in whole tiles where not.
    template <class T>
    void cut(const Network<T>& net, int layer) {
        auto& at = net.layers[layer].layout;
        if (at.along_units) {
            Size group = net.layers[layer].passes_back ? net.kernels.lanes : net.kernels.tile;
            for (Size k = 0; k < at.inputs; k += group)
                tasks_.push_back({layer, k, std::min(k + group, at.inputs), 0, at.units});
            return;
        }
        for (Size p = 0; p < panels(at.vectors_in(), at.widest); ++p) {
            Panel piece = panel(at.vectors_in(), at.widest, p);
            tasks_.push_back({layer, piece.first * at.lanes,
                              std::min((piece.first + piece.width) * at.lanes, at.inputs), 0,
                              at.units});
        }
    }

    template <class T>
    static double work(const Network<T>& net, const Task& task) {
        auto& layer = net.layers[task.layer];
        auto& at = layer.layout;
        auto rows = static_cast<double>(net.capacity);
        double products = layer.sparse ? 0 : rows;  // so few that they do not count
        bool turned = at.along_units && layer.passes_back;
        double made = static_cast<double>(task.to - task.from) *
                      static_cast<double>(at.along_units ? up_to(at.units, at.lanes) : at.units) *
                      (products + UPDATED + (turned ? TURNED : 0));
        return made + (task.from == 0 ? static_cast<double>(at.units) * rows * SUMMED : 0);
    }

    std::vector<Task> tasks_;
    std::vector<double> work_;  // of this task and all before it
};

}  // namespace glassnet
