//! Requests to the channel `slack`, as `baton_fuzz::channel` reads them.
#![no_main]

use baton_adapters::contract::ChannelKind;

libfuzzer_sys::fuzz_target!(|data: &[u8]| baton_fuzz::channel(ChannelKind::Slack, data));
