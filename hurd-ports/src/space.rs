// SPDX-License-Identifier: GPL-2.0-or-later
//! Address space.

/// Lets the process have as much address space as there is. Kernels since 2025-09 bound it by the
/// size of physical memory, and a message whose pages do not fit is lost.
pub fn lift_limit() {
    let unlimited = libc::rlimit {
        rlim_cur: libc::RLIM_INFINITY,
        rlim_max: libc::RLIM_INFINITY,
    };
    // SAFETY: reads the structure. Older kernels have no such limit, and others than root may not
    // lift it: the translator then serves as far as it goes.
    unsafe { libc::setrlimit(libc::RLIMIT_AS, &unlimited) };
}
