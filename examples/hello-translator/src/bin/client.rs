// SPDX-License-Identifier: GPL-2.0-or-later
//! A client of the example: `hello-client NODE [GREETING]` sets the greeting if there is one, and
//! shows greeting and number of opens.
#![deny(unsafe_code)]

use std::io;
use std::process::ExitCode;

trivfs::calls! {
    mod wire = "hello";
    fn get = wire::hello_get(greeting: out text);
    fn set = wire::hello_set(greeting: in text);
    fn opens = wire::hello_opens(count: out u32);
}

fn greet(path: &str, greeting: Option<&str>) -> io::Result<String> {
    let node = trivfs::Node::lookup(path)?;
    if let Some(greeting) = greeting {
        set(&node, greeting)?;
    }
    Ok(format!("{} ({} opens)", get(&node)?, opens(&node)?))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, greeting) = match &arguments[..] {
        [path] => (path, None),
        [path, greeting] => (path, Some(&greeting[..])),
        _ => {
            eprintln!("usage: hello-client NODE [GREETING]");
            return ExitCode::FAILURE;
        }
    };
    match greet(path, greeting) {
        Ok(line) => println!("{line}"),
        Err(error) => {
            eprintln!("hello-client: {path}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
