//! System V shared memory for GNU/Hurd: the core shared by the translator,
//! the server of the bare bed and the host's tests.
#![no_std]

extern crate alloc;

mod address;
pub mod attachment;
mod bitmap;
pub mod engine;
pub mod error;
pub mod flags;
pub mod id;
pub mod key;
pub mod limits;
pub mod permission;
pub mod registry;
mod ring;
mod segment;
pub mod stat;
mod table;
pub mod world;

pub use engine::{Attached, Engine};
pub use error::{Error, Result};
pub use flags::{AttachFlags, GetFlags};
pub use id::{Id, Pid};
pub use limits::Limits;
pub use permission::Caller;
pub use stat::{Counts, Info, Stat, Which};
pub use world::{Placement, Protection, Survey, Usage, World};
