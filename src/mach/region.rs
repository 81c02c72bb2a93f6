// SPDX-License-Identifier: GPL-2.0-or-later
//! Looking at a task's address map.
//!
//! The kernel's map is the truth about an attachment: a page belongs to it if its region
//! is of the segment's object at the offset that follows from the base. Regions are looked
//! at one by one, since mprotect, partial munmap and copies split them.

use gnumach::error::{Kern, check};
use gnumach::right::{Name, SendRight};
use gnumach::sys;

/// One entry of an address map, as `vm_region` tells.
pub struct Region {
    /// First address.
    pub address: u64,
    /// Bytes.
    pub size: u64,
    /// Name of the object mapped, null for memory never touched.
    pub object: SendRight,
    /// Offset of the region's first byte in the object.
    pub offset: u64,
}

/// The region of `task` that holds `address`, or the next one; `None` beyond the last.
///
/// # Errors
/// As `vm_region`: the task is dead.
pub fn region(task: Name, address: u64) -> core::result::Result<Option<Region>, Kern> {
    let mut start = address as sys::vm_address_t;
    let mut size = 0;
    let (mut protection, mut max_protection) = (0, 0);
    let (mut inheritance, mut shared) = (0, 0);
    let (mut object, mut offset) = (0, 0);
    // SAFETY: reads another task's map; every out-pointer is a local of the right type.
    let code = check(unsafe {
        sys::mig_k_vm_region(
            task,
            &mut start,
            &mut size,
            &mut protection,
            &mut max_protection,
            &mut inheritance,
            &mut shared,
            &mut object,
            &mut offset,
        )
    });
    match code {
        Ok(()) => Ok(Some(Region {
            address: start as u64,
            size: size as u64,
            // SAFETY: the reply carried this right, or null.
            object: unsafe { SendRight::from_raw(object) },
            offset: offset as u64,
        })),
        Err(error) if error.is(sys::KERN_NO_SPACE) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether a call on a task failed because the task, or its map, is no more.
#[must_use]
pub fn is_gone(error: Kern) -> bool {
    // A task that is being terminated has its port still, but no map behind it.
    error.is_dead() || error.is(sys::KERN_INVALID_ARGUMENT)
}

/// Calls `each` with the address and size of every piece of `[base, base + size)` that still
/// maps `object` at the offset that follows from `base`, until it answers `false`.
///
/// # Errors
/// As `vm_region`.
pub fn pieces(
    task: Name,
    object: Name,
    base: u64,
    size: u64,
    mut each: impl FnMut(u64, u64) -> bool,
) -> core::result::Result<(), Kern> {
    let end = base + size;
    let mut address = base;
    while address < end {
        let Some(region) = region(task, address)? else {
            break;
        };
        let first = region.address.max(address);
        let last = region.address.saturating_add(region.size).min(end);
        if first >= end || last <= first {
            break;
        }
        let offset = region.offset.wrapping_add(first - region.address);
        if region.object.name() == object && offset == first - base && !each(first, last - first) {
            break;
        }
        address = last;
    }
    Ok(())
}
