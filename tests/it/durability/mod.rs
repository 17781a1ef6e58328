//! What holds when things break: the process is killed, the disk is full, the clock jumps, the database goes away.

mod auditor;
mod chance;
mod customers;
mod kills;
mod ledger;
mod people;
mod provider;
mod stored;
mod victim;
