//! This task, and tasks made from it.

use crate::mig_support::mach_task_self;
use crate::trap;

/// Ends this task.
pub fn exit() -> ! {
    loop {
        // SAFETY: nothing runs in this task afterwards.
        unsafe { trap::syscall_task_terminate(mach_task_self()) };
    }
}
