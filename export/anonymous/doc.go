// Package anonymous says what of a dataset may leave the house, and under which names.
//
// What enters: a policy, which is a TOML file, a file with a key. What leaves: what becomes of each column, names that
// stand for others.
//
// Promises: a column that the policy does not name is dropped; free texts never leave; who has not the key can't tell
// what a name stands for, nor try whether it stands for one that he knows.
package anonymous
