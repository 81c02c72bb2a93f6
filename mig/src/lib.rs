//! MIG interfaces in Rust.
