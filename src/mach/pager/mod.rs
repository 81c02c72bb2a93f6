// SPDX-License-Identifier: GPL-2.0-or-later
//! The external pager: a memory object per segment.
//!
//! - [`pages`]: which pages to supply, and what became of each (pure);
//! - [`object`]: the memory objects, and the thread that answers the kernel;
//! - `spare`: objects of destroyed segments, for the next ones.

pub mod pages;

#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod object;
#[cfg(any(target_os = "hurd", feature = "bare"))]
mod spare;

#[cfg(any(target_os = "hurd", feature = "bare"))]
pub use object::{Counters, Live, Memory, PAGE, Pager};
