// SPDX-License-Identifier: GPL-2.0-or-later
//! The global allocator: talc over `vm_allocate`, and the kernel itself for what is large.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

use lock_api::{GuardSend, RawMutex};
use talc::TalcLock;
use talc::base::Talc;
use talc::base::binning::Binning;
use talc::source::Source;

use crate::memory::PAGE;
use crate::mig_support::mach_task_self;
use crate::trap;

/// Requests from here on are mapped and unmapped one by one, so that freeing gives pages back.
const LARGE: usize = 64 * 1024;
/// What the heap grows by.
const GROWTH: usize = 256 * 1024;

#[global_allocator]
static HEAP: Heap = Heap(TalcLock::new(Kernel));

/// Whether a thread is inside the heap.
static HELD: AtomicBool = AtomicBool::new(false);

/// The heap's lock: yields the processor while another thread holds [`HELD`]. It makes no
/// message, so it can serve below everything else.
struct Yielding;

// SAFETY: `lock` returns only after this thread changed the word from free to held.
unsafe impl RawMutex for Yielding {
    const INIT: Self = Self;
    type GuardMarker = GuardSend;

    fn lock(&self) {
        while !self.try_lock() {
            trap::swtch_pri(0);
        }
    }

    fn try_lock(&self) -> bool {
        !HELD.swap(true, Ordering::Acquire)
    }

    unsafe fn unlock(&self) {
        HELD.store(false, Ordering::Release);
    }
}

/// Fresh zero pages, or null.
pub(crate) fn map(size: usize) -> *mut u8 {
    let mut address = 0;
    // SAFETY: asks for memory wherever there is room; no memory of ours is touched.
    match unsafe { trap::syscall_vm_allocate(mach_task_self(), &mut address, size, 1) } {
        0 => ptr::with_exposed_provenance_mut(address),
        _ => ptr::null_mut(),
    }
}

/// Gives pages back.
///
/// # Safety
/// The range came from [`map`] with this size, and nobody uses it any more.
pub(crate) unsafe fn unmap(block: *mut u8, size: usize) {
    // SAFETY: as the caller's. On success or not, there is nothing left to do.
    unsafe { trap::syscall_vm_deallocate(mach_task_self(), block.expose_provenance(), size) };
}

#[derive(Debug)]
struct Kernel;

// SAFETY: `acquire` claims pages that the kernel has just made for it and never unmaps them.
unsafe impl Source for Kernel {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        // Twice the request leaves room for the allocator's own records.
        let size = (2 * (layout.size() + layout.align())).next_multiple_of(GROWTH);
        let base = map(size);
        if base.is_null() {
            return Err(());
        }
        // SAFETY: the range is fresh, zero, writable, and nobody else's.
        unsafe { talc.claim(base, size) }.map(drop).ok_or(())
    }
}

struct Heap(TalcLock<Yielding, Kernel>);

fn is_large(layout: Layout) -> bool {
    layout.size() >= LARGE && layout.align() <= PAGE
}

// SAFETY: a layout goes to the same of the two allocators, both sound, when it comes back.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_large(layout) {
            return map(layout.size());
        }
        // SAFETY: as the caller's.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_large(layout) {
            return map(layout.size());
        }
        // SAFETY: as the caller's.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_large(layout) {
            // SAFETY: the block came from `map` with this size, and the caller gives it up.
            unsafe { unmap(block, layout.size()) };
            return;
        }
        // SAFETY: as the caller's.
        unsafe { self.0.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller vouches for the new size.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if !is_large(layout) && !is_large(wanted) {
            // SAFETY: as the caller's.
            return unsafe { self.0.realloc(block, layout, size) };
        }
        // SAFETY: the new block is fresh, both hold the smaller of the two sizes.
        unsafe {
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, size.min(layout.size()));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// Holds the heap still while `work` runs.
pub(crate) fn with_heap_held<T>(work: impl FnOnce() -> T) -> T {
    let _held = HEAP.0.lock();
    work()
}

/// Frees the heap's lock in a task that was made while [`with_heap_held`] held it.
///
/// # Safety
/// This task has one thread, and it is not inside the heap.
pub(crate) unsafe fn release_inherited_heap() {
    // The holder is a thread of the parent task, which has its own copy of the lock.
    HELD.store(false, Ordering::Release);
}
