package iceberg

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"

	"pbsduck/export/dataset"
	"pbsduck/export/dictionary"
)

// A kind is a table as the dataset has it.
type kind struct {
	name, comment string
	columns       []dictionary.Entry
}

// types are those of Iceberg for those of the dataset.
var types = map[string]iceberg.Type{
	"VARCHAR":     iceberg.PrimitiveTypes.String,
	"BIGINT":      iceberg.PrimitiveTypes.Int64,
	"DOUBLE":      iceberg.PrimitiveTypes.Float64,
	"BOOLEAN":     iceberg.PrimitiveTypes.Bool,
	"TIMESTAMPTZ": iceberg.PrimitiveTypes.TimestampTz,
	"DATE":        iceberg.PrimitiveTypes.Date,
	"BLOB":        iceberg.PrimitiveTypes.Binary,
}

// kinds are the tables of a dataset, in its order.
func kinds(entries []dictionary.Entry) (all []kind, err error) {
	for _, e := range entries {
		if e.Column == "" {
			all = append(all, kind{name: e.Table, comment: e.Comment})
			continue
		}
		if types[e.Type] == nil || len(all) == 0 {
			return nil, fmt.Errorf(
				"the column %s of %s has a type %s that is not known here: use a newer program",
				e.Column,
				e.Table,
				e.Type,
			)
		}
		last := &all[len(all)-1]
		last.columns = append(last.columns, e)
	}
	return all, nil
}

// schema is the table's when it is made. All columns may be unknown, since Parquet files do not say that they never
// are.
func (k kind) schema() *iceberg.Schema {
	var fields []iceberg.NestedField
	for i, c := range k.columns {
		fields = append(fields, iceberg.NestedField{ID: i + 1, Name: c.Column, Type: types[c.Type], Doc: doc(c)})
	}
	return iceberg.NewSchema(0, fields...)
}

// doc says what a column means, and in which unit.
func doc(c dictionary.Entry) string {
	if c.Unit == "" {
		return c.Comment
	}
	return c.Comment + " [" + c.Unit + "]"
}

// spec is how a table is partitioned: by machine, and by the month of its instant.
func (k kind) spec(s *iceberg.Schema) (*iceberg.PartitionSpec, error) {
	instant := dataset.Instant(k.name)
	machine, hasMachine := s.FindFieldByName("machine")
	time, hasInstant := s.FindFieldByName(instant)
	if !hasMachine || !hasInstant {
		return nil, fmt.Errorf("%s has no column machine, or no %s, by which it is partitioned", k.name, instant)
	}
	spec := iceberg.NewPartitionSpec(
		iceberg.PartitionField{
			SourceIDs: []int{machine.ID},
			FieldID:   1000,
			Name:      "machine",
			Transform: iceberg.IdentityTransform{},
		},
		iceberg.PartitionField{
			SourceIDs: []int{time.ID},
			FieldID:   1001,
			Name:      instant + "_month",
			Transform: iceberg.MonthTransform{},
		},
	)
	return &spec, nil
}

// isCurrent tells whether a table has the columns, with what is said of them.
func (k kind) isCurrent(s *iceberg.Schema) bool {
	return !slices.ContainsFunc(k.columns, func(c dictionary.Entry) bool {
		f, ok := s.FindFieldByName(c.Column)
		return !ok || f.Doc != doc(c)
	})
}

// misfits tells what of a table's columns is not as the last commit left it, or as the files need it.
func (k kind) misfits(s *iceberg.Schema, left string) (told []string) {
	was := map[int]string{}
	if left != "" && json.Unmarshal([]byte(left), &was) != nil {
		return []string{"the property " + columnsProperty + " is not what it was"}
	}
	for id, signature := range was {
		f, ok := s.FindFieldByID(id)
		switch {
		case !ok:
			told = append(told, fmt.Sprintf("the column %s is gone", signature))
		case sign(f) != signature:
			told = append(told, fmt.Sprintf("the column %s is now %s", signature, sign(f)))
		}
	}
	for _, f := range s.Fields() {
		i := slices.IndexFunc(k.columns, func(c dictionary.Entry) bool { return c.Column == f.Name })
		switch {
		case i < 0 && f.Required:
			told = append(told, fmt.Sprintf("the column %s, which the dataset does not have, must not be NULL", f.Name))
		case i >= 0 && f.Required:
			told = append(told, fmt.Sprintf("the column %s must not be NULL", f.Name))
		case i >= 0 && was[f.ID] == "" && !f.Type.Equals(types[k.columns[i].Type]):
			told = append(
				told,
				fmt.Sprintf("the column %s is %s, and %s in the dataset", f.Name, f.Type, types[k.columns[i].Type]),
			)
		}
	}
	slices.Sort(told)
	return told
}

func sign(f iceberg.NestedField) string { return f.Name + " " + f.Type.String() }

// signed says of the columns of a table which ids they have.
func (k kind) signed(s *iceberg.Schema) string {
	all := map[string]string{}
	for _, c := range k.columns {
		if f, ok := s.FindFieldByName(c.Column); ok {
			all[strconv.Itoa(f.ID)] = sign(f)
		}
	}
	text, _ := json.Marshal(all) // of texts
	return string(text)
}

// evolve has a table get the columns that it lacks, with new ids, and what is said of each.
func (k kind) evolve(tx *table.Transaction) error {
	if err := tx.UpdateSchema(true, false).UnionByNameWith(k.schema()).Commit(); err != nil {
		return err
	}
	staged, err := tx.StagedTable()
	if err != nil {
		return err
	}
	names, err := json.Marshal(staged.Schema().NameMapping())
	if err != nil {
		return err
	}
	return tx.SetProperties(iceberg.Properties{table.DefaultNameMappingKey: string(names)})
}
