// SPDX-License-Identifier: GPL-2.0-or-later
//! What the kernel says of the machine.

use crate::error::{Kern, check};
use crate::{sys, trap};

/// Bytes of memory of the machine (`memory_size` of `HOST_BASIC_INFO`, `mach/host_info.h`).
///
/// # Errors
/// Those of `host_info`; none is known for this question.
pub fn memory_size() -> Result<u64, Kern> {
    let mut info = sys::host_basic_info::default();
    let mut count = (size_of::<sys::host_basic_info>() / size_of::<sys::integer_t>()) as u32;
    let host = trap::mach_host_self();
    // On the Hurd each call gives a reference. On the bare kernel the run time keeps the only one.
    // SAFETY: the reference is ours.
    #[cfg(target_os = "hurd")]
    let _reference = unsafe { crate::right::SendRight::from_raw(host) };
    // SAFETY: the out-pointer has room for `count` integers.
    check(unsafe {
        sys::mig_k_host_info(
            host,
            sys::HOST_BASIC_INFO as _,
            (&raw mut info).cast(),
            &mut count,
        )
    })?;
    Ok(info.memory_size as u64)
}
