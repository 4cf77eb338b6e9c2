// What an update is to do with its gradients, and what of it a thread is to do.

#pragma once

#include "table.hpp"
#include "watch.hpp"

namespace glassnet {

constexpr Size SHARD = 8192;  // examples at once: as in glassnet.engines.engine
constexpr Size CHUNK = 512;   // examples that a sum in registers runs over

struct Plan {
    Update update;
    double limit_norm = 0;   // of all gradients together; 0: none
    double l1 = 0, l2 = 0;   // λ of the cost
    double total = 1;
    bool updates = true;     // else the gradients are all that is wanted
    Size at_once = SHARD;    // examples; a trace is of all of them

    bool penalized() const { return l1 != 0 || l2 != 0; }
    // Whether all gradients are needed: for their norm, or by who asked.
    bool wants_gradients() const { return !updates || limit_norm != 0; }
};

// Thread `number` of `team`, with the examples of one shard, divided `by_units` or by rows. Where no
// parameter changes before all gradients are summed, the sums may be left halfway: there is `watch`.
struct Share {
    const Plan& plan;
    Size rows, shard, shards;
    int number, team;
    bool by_units;
    Watch* watch;

    // Whether a stretch of gradients becomes parameters as soon as it is summed.
    bool updates_at_once() const { return watch == nullptr; }
    bool left() const {
        if (!watch) return false;
        if (number == 0) watch->look();
        return watch->over();
    }
    bool is_last() const { return shard + 1 == shards; }
};

}  // namespace glassnet
