// What this machine has: instruction sets, and the kernels that use them.

#pragma once

#include <string>

#include "table.hpp"

namespace glassnet {

// The names of the tables that can run here, the fastest first.
inline const std::vector<std::string>& instruction_sets() {
    static const std::vector<std::string> found = [] {
        std::vector<std::string> names;
#if defined(GLASSNET_X86)
        __builtin_cpu_init();
        bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        if (fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
            __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
            names.push_back("avx512");
        if (fma) names.push_back("avx2");
#endif
        names.push_back("baseline");
        return names;
    }();
    return found;
}

template <class T>
const Kernels<T>& kernels([[maybe_unused]] const std::string& name) {
    constexpr bool single = sizeof(T) == 4;
    auto pick = [](const Kernels<float>& f, const Kernels<double>& d) -> const Kernels<T>& {
        if constexpr (single)
            return f;
        else
            return d;
    };
#if defined(GLASSNET_X86)
    if (name == "avx512") return pick(avx512::kernels_f32(), avx512::kernels_f64());
    if (name == "avx2") return pick(avx2::kernels_f32(), avx2::kernels_f64());
#endif
    return pick(baseline::kernels_f32(), baseline::kernels_f64());
}

}  // namespace glassnet
