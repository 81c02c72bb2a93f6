//! System V shared memory for GNU/Hurd: the core shared by the translator,
//! the server of the bare bed and the host's tests.
#![no_std]

extern crate alloc;

mod address;
pub mod attachment;
mod bitmap;
#[cfg(any(target_os = "linux", target_os = "hurd"))]
pub mod client;
pub mod engine;
pub mod error;
pub mod flags;
pub mod id;
pub mod key;
pub mod limits;
pub mod memory;
pub mod permission;
pub mod registry;
mod ring;
mod segment;
pub mod stat;
mod table;
pub mod world;

#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod routines;
#[cfg(any(target_os = "hurd", feature = "bare"))]
pub mod service;
#[cfg(any(target_os = "hurd", feature = "bare"))]
mig::include_bindings! {
    /// shm.defs as MIG, the C compiler and bindgen make it: structures, constants, the user
    /// stubs (`sysvshm_get` and so on) and the server's demultiplexer (`sysvshm_server`).
    pub mod wire = "shm";
}

pub use engine::{Attached, Engine};
pub use error::{Error, Result};
pub use flags::{AttachFlags, GetFlags};
pub use id::{Id, Pid};
pub use limits::Limits;
pub use permission::Caller;
pub use stat::{Counts, Info, Stat, Which};
pub use world::{Placement, Protection, Survey, Usage, World};
