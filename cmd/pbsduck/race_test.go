//go:build race

package main

// underRace tells whether the race detector is there, which takes memory of its own.
const underRace = true
