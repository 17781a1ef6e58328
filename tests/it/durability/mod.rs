//! What holds when things break: the process is killed, the disk is full, the clock jumps, the database goes away.

mod auditor;
mod chance;
mod clock;
mod customers;
mod kills;
mod ledger;
mod outside;
mod people;
mod planted;
mod postgres;
mod provider;
mod rehearsal;
mod stored;
mod trouble;
mod victim;
