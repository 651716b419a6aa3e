// Program ${app} tells what there is for lunch.
package main

import (
	"flag"
	"fmt"
	"net/http"

	"modules.example/lunch"
)

func main() {
	port := flag.Int("port", 8080, "where to answer")
	flag.Parse()
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, lunch.Today())
	})
	panic(http.ListenAndServe(fmt.Sprintf(":%d", *port), nil))
}
