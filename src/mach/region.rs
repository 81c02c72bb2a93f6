// SPDX-License-Identifier: GPL-2.0-or-later
//! Looking at a task's address map.
//!
//! The kernel's map is the truth about an attachment: a page belongs to it if its region
//! is of the segment's object at the offset that follows from the base. Regions are looked
//! at one by one, since mprotect, partial munmap and copies split them.

use gnumach::error::{Kern, check};
use gnumach::right::{Name, SendRight, add_send_references, valid};
use gnumach::{sys, trap};

use super::names::{ObjectName, TaskName};

/// One entry of an address map, as `vm_region` tells.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// First address.
    pub address: u64,
    /// Bytes.
    pub size: u64,
    /// What the task may do now.
    pub protection: sys::vm_prot_t,
    /// What it may allow itself by `vm_protect`.
    pub max_protection: sys::vm_prot_t,
    /// Whether a child shares it, copies it, or has nothing there.
    pub inheritance: sys::vm_inherit_t,
    /// Name of the object mapped, null for memory never touched.
    pub object: SendRight,
    /// Offset of the region's first byte in the object.
    pub offset: u64,
}

/// The region of `task` that holds `address`, or the next one; `None` beyond the last.
///
/// # Errors
/// As `vm_region`: the task is dead.
pub fn region(task: TaskName, address: u64) -> core::result::Result<Option<Region>, Kern> {
    // Beyond this machine's addresses there is nothing.
    let Ok(mut start) = sys::vm_address_t::try_from(address) else {
        return Ok(None);
    };
    let mut size = 0;
    let (mut protection, mut max_protection) = (0, 0);
    let (mut inheritance, mut shared) = (0, 0);
    let (mut object, mut offset) = (0, 0);
    // SAFETY: reads another task's map; every out-pointer is a local of the right type.
    let code = check(unsafe {
        sys::mig_k_vm_region(
            task.raw(),
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
            protection,
            max_protection,
            inheritance,
            // SAFETY: the reply carried this right, or null.
            object: unsafe { SendRight::from_raw(object) },
            offset: offset as u64,
        })),
        Err(error) if error.is(sys::KERN_NO_SPACE) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the task with this port is certainly dead: its name stands for a dead port, or for
/// one behind which the kernel has no task any more.
///
/// A call on a task's map also fails for other reasons. What was mapped is then still mapped.
#[must_use]
pub fn is_dead(task: TaskName) -> bool {
    let (mut kind, mut address) = (0, 0);
    // SAFETY: asks about a name of this task; both are valid out-pointers.
    let code = unsafe {
        sys::mig_k_mach_port_kernel_object(
            trap::mach_task_self(),
            task.raw(),
            &mut kind,
            &mut address,
        )
    };
    match code {
        0 => kind != IKOT_TASK,
        // A name that we hold and that is no right to a port is a dead name.
        _ => code == sys::KERN_INVALID_RIGHT,
    }
}

/// The kind of kernel object that a task port stands for (`IKOT_TASK`, `kern/ipc_kobject.h`).
const IKOT_TASK: u32 = 2;

/// Why a look at a task's map ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The task is dead: nothing is mapped.
    Dead,
    /// The kernel does not say, or the walk is over its budget.
    Unknown,
}

/// A walk upwards over the regions of a task. Each region is asked for once, so places that
/// are looked at in order cost one call for each region.
pub struct Walk {
    task: TaskName,
    /// The last answer, for any address from the first on up to the end of its region.
    last: Option<(u64, Option<Seen>)>,
    names: Names,
    left: u64,
    looked: u64,
}

/// What a walk remembers of a region. The name is valid until the walk looks at the next one.
struct Seen {
    address: u64,
    size: u64,
    object: ObjectName,
    offset: u64,
}

impl Seen {
    fn end(&self) -> u64 {
        self.address.saturating_add(self.size)
    }
}

/// References to one name that came with regions. The regions of a segment's attachments all have
/// the same name, so its references are given back many at a time.
#[derive(Default)]
struct Names {
    name: Name,
    count: u8,
}

impl Names {
    /// Takes over a reference, and answers its name.
    fn add(&mut self, right: SendRight) -> ObjectName {
        let name = right.into_raw();
        if name != self.name || self.count == u8::MAX {
            self.release();
            self.name = name;
        }
        self.count += 1;
        ObjectName::new(name)
    }

    fn release(&mut self) {
        let count = core::mem::take(&mut self.count);
        // A message to the kernel costs as much as a few traps.
        let one_by_one = count < 4 || !valid(self.name);
        if one_by_one || add_send_references(self.name, -i32::from(count)).is_err() {
            // The object is gone: these are references to a dead name.
            for _ in 0..count {
                // SAFETY: `add` took over as many.
                drop(unsafe { SendRight::from_raw(self.name) });
            }
        }
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.release();
    }
}

/// Regions after which a walk lets other threads run, so that long walks in many threads hold
/// up nobody's short call.
const STRIDE: u64 = 64;

impl Walk {
    /// Of at most `budget` regions.
    #[must_use]
    pub fn new(task: TaskName, budget: u64) -> Self {
        Self {
            task,
            last: None,
            names: Names::default(),
            left: budget,
            looked: 0,
        }
    }

    /// Moves on to the region that holds `address`, or the next one.
    fn look(&mut self, address: u64) -> core::result::Result<Option<&Seen>, Stop> {
        let known = self.last.as_ref().is_some_and(|(asked, region)| {
            *asked <= address && region.as_ref().is_none_or(|region| address < region.end())
        });
        if !known {
            self.left = self.left.checked_sub(1).ok_or(Stop::Unknown)?;
            self.looked += 1;
            if self.looked.is_multiple_of(STRIDE) {
                trap::swtch();
            }
            let found = region(self.task, address).map_err(|_| {
                if is_dead(self.task) {
                    Stop::Dead
                } else {
                    Stop::Unknown
                }
            })?;
            let seen = found.map(|region| Seen {
                address: region.address,
                size: region.size,
                offset: region.offset,
                object: self.names.add(region.object),
            });
            self.last = Some((address, seen));
        }
        Ok(self.last.as_ref().and_then(|(_, region)| region.as_ref()))
    }

    /// Calls `each` with the address and size of every piece of `[base, base + size)` that still
    /// maps `object` at the offset that follows from `base`, until it answers `false`. Pieces
    /// that touch come as one.
    ///
    /// # Errors
    /// See [`Stop`]. Pieces found until then were handed to `each`.
    pub fn pieces(
        &mut self,
        object: ObjectName,
        base: u64,
        size: u64,
        mut each: impl FnMut(u64, u64) -> bool,
    ) -> core::result::Result<(), Stop> {
        let end = base.saturating_add(size);
        let mut address = base;
        // Found and not yet handed out.
        let mut run: Option<(u64, u64)> = None;
        let mut stop = Ok(());
        while address < end {
            let found = match self.look(address) {
                Ok(Some(region)) => region,
                Ok(None) => break,
                Err(why) => {
                    stop = Err(why);
                    break;
                }
            };
            let first = found.address.max(address);
            let last = found.end().min(end);
            if first >= end || last <= first {
                break;
            }
            let offset = found.offset.wrapping_add(first - found.address);
            if found.object == object && offset == first - base {
                match &mut run {
                    Some((_, until)) if *until == first => *until = last,
                    _ => {
                        if let Some((from, until)) = run.replace((first, last))
                            && !each(from, until - from)
                        {
                            return Ok(());
                        }
                    }
                }
            }
            address = last;
        }
        if let Some((from, until)) = run {
            each(from, until - from);
        }
        stop
    }

    /// Whether any page of `[base, base + size)` maps `object` at the matching offset.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn maps(
        &mut self,
        object: ObjectName,
        base: u64,
        size: u64,
    ) -> core::result::Result<bool, Stop> {
        let end = base.saturating_add(size);
        let mut address = base;
        while address < end {
            let Some(found) = self.look(address)? else {
                break;
            };
            let first = found.address.max(address);
            let last = found.end().min(end);
            if first >= end || last <= first {
                break;
            }
            let offset = found.offset.wrapping_add(first - found.address);
            if found.object == object && offset == first - base {
                return Ok(true);
            }
            address = last;
        }
        Ok(false)
    }
}
