// SPDX-License-Identifier: GPL-2.0-or-later
//! The kernel's address maps, as tests use them beside the server.

use gnumach::error::{Kern, check};
use gnumach::right::{NULL, Name, SendRight};
use gnumach::{sys, trap};

use shm::mach::names::TaskName;
use shm::mach::region::{self, Region};

use crate::ground::PAGE;

pub const READ: i32 = sys::VM_PROT_READ;
pub const WRITE: i32 = sys::VM_PROT_WRITE;
pub const EXECUTE: i32 = sys::VM_PROT_EXECUTE;

/// A task without threads, terminated when dropped.
pub struct Task(SendRight);

impl Task {
    /// With an empty address map.
    pub fn empty() -> Result<Self, Kern> {
        Self::create(false)
    }

    /// With what this task's map hands on.
    pub fn inheriting() -> Result<Self, Kern> {
        Self::create(true)
    }

    fn create(inherit: bool) -> Result<Self, Kern> {
        let mut task = NULL;
        // SAFETY: a valid out-pointer; the right is ours on success.
        check(unsafe {
            sys::mig_k_task_create(trap::mach_task_self(), inherit.into(), &mut task)
        })?;
        // SAFETY: as above.
        Ok(Self(unsafe { SendRight::from_raw(task) }))
    }

    pub fn name(&self) -> Name {
        self.0.name()
    }

    /// Gives the task a right under a name of its own, as if it had got it in a message.
    pub fn give(&self, name: Name, right: SendRight) -> Result<(), Kern> {
        // SAFETY: moves a right that we own.
        let code = unsafe {
            sys::mig_k_mach_port_insert_right(
                self.name(),
                name,
                right.name(),
                sys::MACH_MSG_TYPE_COPY_SEND,
            )
        };
        check(code)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // SAFETY: a task of our own making.
        unsafe { sys::mig_k_task_terminate(self.name()) };
    }
}

/// The entry that holds `address`, or the next one; `KERN_NO_SPACE` if there is none.
pub fn region(task: Name, address: u64) -> Result<Region, Kern> {
    match region::region(TaskName::new(task), address)? {
        Some(region) => Ok(region),
        None => check(sys::KERN_NO_SPACE).map(|()| unreachable!("it is an error")),
    }
}

/// Whether anything is mapped at `address`.
pub fn is_mapped(task: Name, address: u64) -> bool {
    region(task, address).is_ok_and(|region| region.address <= address)
}

/// Zero pages, at `address` or, if that is 0, anywhere.
pub fn allocate(task: Name, address: u64, size: u64) -> Result<u64, Kern> {
    let mut place = address as usize;
    // SAFETY: new memory; where a test names the place, nothing is there.
    check(unsafe { trap::vm_allocate(task, &mut place, size as _, (address == 0).into()) })?;
    Ok(place as u64)
}

/// Removes what is mapped.
pub fn deallocate(task: Name, address: u64, size: u64) -> Result<(), Kern> {
    // SAFETY: tests remove attachments and what they allocated, never memory of the program.
    check(unsafe { trap::vm_deallocate(task, address as _, size as _) })
}

/// An address where `pages` pages of this task are free, with nothing around them.
pub fn hole(pages: u64) -> Result<u64, Kern> {
    let this = trap::mach_task_self();
    let size = (pages + 2) * PAGE;
    let address = allocate(this, 0, size)?;
    deallocate(this, address, size)?;
    Ok(address + PAGE)
}

pub fn protect(
    task: Name,
    address: u64,
    size: u64,
    maximum: bool,
    protection: i32,
) -> Result<(), Kern> {
    // SAFETY: changes what tests have attached or allocated.
    check(unsafe {
        sys::mig_k_vm_protect(task, address as _, size as _, maximum.into(), protection)
    })
}

pub fn inherit(task: Name, address: u64, size: u64, how: u32) -> Result<(), Kern> {
    // SAFETY: as for `protect`: only what tests have attached or allocated.
    check(unsafe { sys::mig_k_vm_inherit(task, address as _, size as _, how as _) })
}

/// A copy that `vm_read` made, gone when dropped.
pub struct Copy {
    pub address: u64,
    size: u64,
}

/// Copies memory of a task, as the kernel does for an out-of-line message.
pub fn copy_of(task: Name, address: u64, size: u64) -> Result<Copy, Kern> {
    let (mut data, mut count) = (0, 0);
    // SAFETY: valid out-pointers; the copy becomes ours.
    check(unsafe { sys::mig_k_vm_read(task, address as _, size as _, &mut data, &mut count) })?;
    Ok(Copy {
        address: data as u64,
        size: count.into(),
    })
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = deallocate(trap::mach_task_self(), self.address, self.size);
    }
}

/// Writes whole pages of a task, as `vm_write` does.
pub fn overwrite(task: Name, address: u64, from: u64, size: u64) -> Result<(), Kern> {
    // SAFETY: the source is ours, the target a test's own.
    check(unsafe { sys::mig_k_vm_write(task, address as _, from as _, size as u32) })
}

/// Has the kernel write pages of an object back to its pager (`give_back`) and forget them
/// (`flush`), as msync(2) does.
pub fn sync(
    object: &SendRight,
    offset: u64,
    size: u64,
    flush: bool,
    give_back: bool,
) -> Result<(), Kern> {
    // SAFETY: touches no memory of ours but through the pager.
    check(unsafe {
        sys::mig_k_vm_object_sync(
            object.name(),
            offset as _,
            size as _,
            flush.into(),
            give_back.into(),
            1,
        )
    })
}

pub fn statistics() -> sys::vm_statistics_data_t {
    let mut statistics = sys::vm_statistics_data_t::default();
    // SAFETY: a valid out-pointer.
    unsafe { sys::mig_k_vm_statistics(trap::mach_task_self(), &mut statistics) };
    statistics
}

/// Pages that nobody uses.
pub fn free_pages() -> i64 {
    statistics().free_count.into()
}

/// Pages that the kernel does not take back.
pub fn wired_pages() -> i64 {
    statistics().wire_count.into()
}

/// Entries of a task's address map.
pub fn entries(task: Name) -> Result<usize, Kern> {
    let (mut count, mut next) = (0, 0);
    while let Some(region) = region::region(TaskName::new(task), next)? {
        count += 1;
        next = region.address + region.size;
    }
    Ok(count)
}

/// Bytes that the kernel has in use of its caches for map entries and VM objects.
pub fn bookkeeping() -> Result<u64, Kern> {
    let (mut caches, mut count) = (core::ptr::null_mut(), 0);
    // SAFETY: valid out-pointers; the memory is ours on success, as many elements as the kernel
    // says, and is not used after it is given back.
    unsafe {
        check(sys::mig_k_host_slab_info(
            trap::mach_host_self(),
            &mut caches,
            &mut count,
        ))?;
        let all = core::slice::from_raw_parts(caches, count as usize);
        let wanted = |cache: &&sys::cache_info_t| {
            let name: alloc::vec::Vec<u8> = cache.name.iter().map(|byte| *byte as u8).collect();
            [&b"vm_map_entry\0"[..], b"vm_object\0"]
                .iter()
                .any(|known| name.starts_with(known))
        };
        let bytes = all.iter().filter(wanted);
        let bytes = bytes.map(|it| it.nr_objs * it.buf_size as u64).sum();
        deallocate(
            trap::mach_task_self(),
            caches.expose_provenance() as u64,
            size_of_val(all) as u64,
        )?;
        Ok(bytes)
    }
}
