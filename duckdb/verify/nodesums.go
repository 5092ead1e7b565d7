package verify

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/zeebo/xxh3"
)

// A nodeSum stands for the rows of one job in outcome_nodes, whatever their order: how many there are, and the sum of
// their hashes.
type nodeSum struct {
	rows int64
	hash uint64
}

// nodeSums are those of a range of jobs: made afresh, less what is stored. All are zero if nothing differs. Jobs that
// are not expected are passed over.
type nodeSums map[int64]nodeSum

// expect says that the rows of a job are wanted.
func (s nodeSums) expect(id int64) {
	if _, ok := s[id]; !ok {
		s[id] = nodeSum{}
	}
}

// add adds rows of outcome_nodes; a sign of -1 takes them away.
func (s nodeSums) add(rows arrow.RecordBatch, sign int64) {
	ids, names := rows.Column(0).(*array.Int64), rows.Column(1).(*array.String)
	var amounts [3]*array.Int64
	for i := range amounts {
		amounts[i] = rows.Column(2 + i).(*array.Int64)
	}
	n := int(rows.NumRows())
	for i := 0; i < n; {
		id := ids.Value(i)
		sum, expected := s[id]
		for ; i < n && ids.Value(i) == id; i++ {
			sum.rows += sign
			sum.hash += uint64(sign) * hashNode(names.Value(i), &amounts, i)
		}
		if expected {
			s[id] = sum
		}
	}
}

// hashNode hashes a row but for its job.
func hashNode(name string, amounts *[3]*array.Int64, row int) uint64 {
	var key [3*9 + 8]byte
	for i, a := range amounts {
		if a.IsValid(row) {
			key[9*i] = 1
			binary.LittleEndian.PutUint64(key[9*i+1:], uint64(a.Value(row)))
		}
	}
	binary.LittleEndian.PutUint64(key[27:], xxh3.HashString(name))
	return xxh3.Hash(key[:])
}

// compareNodes takes away what is stored, and finds the jobs where something is left.
func (w *rereader) compareNodes(ctx context.Context, from, to int64) error {
	rows, err := w.DB.Query(ctx, fmt.Sprintf(
		"SELECT outcome_id, node, ncpus, ngpus, mem_bytes FROM outcome_nodes WHERE outcome_id BETWEEN %d AND %d", from, to))
	if err != nil {
		return err
	}
	defer rows.Release()
	for rows.Next() {
		w.nodes.add(rows.RecordBatch(), -1)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for id, left := range w.nodes {
		if left != (nodeSum{}) {
			w.fail(id, nodeReason(left.rows))
		}
	}
	return nil
}

func nodeReason(missing int64) string {
	switch {
	case missing > 0:
		return fmt.Sprintf("%d rows are missing from outcome_nodes", missing)
	case missing < 0:
		return fmt.Sprintf("outcome_nodes has %d rows too many", -missing)
	}
	return "its rows in outcome_nodes are not what its raw record says"
}
