// SPDX-License-Identifier: GPL-2.0-or-later
//! System V shared memory for GNU/Hurd: the core shared by the translator,
//! the server of the bare bed and the host's tests.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod engine;
pub mod error;
pub mod mach;
pub mod registry;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod wire;

pub use engine::world::{Placement, Protection, Survey, Usage, World};
pub use engine::{Attached, Engine};
pub use error::{Error, Result};
pub use registry::flags::{AttachFlags, GetFlags};
pub use registry::id::{Id, Pid};
pub use registry::limits::{Limits, UserLimits};
pub use registry::permission::Caller;
pub use registry::stat::{Counts, Info, Stat, Which};
