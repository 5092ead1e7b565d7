package generate

import (
	"math"
	"math/rand/v2"
)

// dice is a seeded random stream with the few draws the simulation needs.
type dice struct{ r *rand.Rand }

// newDice keys a stream by any number of parts; streams of different keys are independent.
func newDice(seed uint64, profile string, parts ...int64) dice {
	h := keyOf(seed, profile, parts...)
	return dice{rand.New(rand.NewPCG(h, mix(h)))}
}

func keyOf(seed uint64, profile string, parts ...int64) uint64 {
	h := mix(seed)
	for i := range len(profile) {
		h = mix(h ^ uint64(profile[i]))
	}
	for _, p := range parts {
		h = mix(h ^ uint64(p))
	}
	return h
}

// mix is the finaliser of splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// between draws evenly from lo to hi, both included.
func (d dice) between(lo, hi int64) int64 {
	if hi <= lo {
		return lo
	}
	return lo + d.r.Int64N(hi-lo+1)
}

// spread draws from lo to hi so that each doubling is equally likely: run times and waits look like that.
func (d dice) spread(lo, hi int64) int64 {
	if hi <= lo {
		return lo
	}
	l := math.Log(float64(lo + 1))
	return int64(math.Exp(l+d.r.Float64()*(math.Log(float64(hi+1))-l))) - 1
}

// about draws within percent of n.
func (d dice) about(n, percent int64) int64 {
	return n + n*d.between(-percent, percent)/100
}

// in is true once in n draws on average.
func (d dice) in(n int) bool { return d.r.IntN(n) == 0 }

// low draws from 0 to n-1, small numbers more often.
func (d dice) low(n int) int {
	f := d.r.Float64()
	return int(f * f * float64(n))
}

func pick[T any](d dice, from []T) T { return from[d.r.IntN(len(from))] }
