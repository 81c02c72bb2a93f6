//! System V shared memory for GNU/Hurd: the core shared by the translator,
//! the server of the bare bed and the host's tests.
#![no_std]

extern crate alloc;

pub mod error;

pub use error::{Error, Result};
