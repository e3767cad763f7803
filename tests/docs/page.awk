# Turns the ```cpp blocks of a Markdown page into one C++ program. A block with a main is the program; of other pages
# each block becomes a function, after the #include and using lines of the page, and `printed` compares what a
# fmt::print has printed with the comment behind it. Everything else goes by: other fences must say what they are.
# Usage: awk -v page=docs/quickstart.md -f page.awk docs/quickstart.md > quickstart.cpp

function fail(text) {
    printf "%s:%d: %s\n", page, FNR, text > "/dev/stderr"
    failed = 1
    exit 1
}

function place(line) { return "#line " line " \"" page "\"\n" }

# A claim goes on in the comment lines that follow: `// [[3. 5.]` and below it `//  [7. 9.]]`.
function end_claim() {
    if (claimed) body = body "docs::printed(" claim_line ", R\"claim(" claim ")claim\");\n" place(FNR)
    claimed = 0
}

BEGIN { split("cpp text sh cmake", names, " "); for (i in names) known[names[i]] = 1 }

/^[ \t]+```/ { fail("a fence that is indented; begin it at the margin") }

/^```/ && !inside {
    language = substr($0, 4)
    if (!(language in known)) fail("a fence of \"" language "\"; C++ that compiles is cpp, other words are text, sh or cmake")
    inside = 1
    first = FNR
    body = place(FNR + 1)
    whole = 0
    printing = 0
    next
}

/^```$/ && inside {
    end_claim()
    inside = 0
    if (language != "cpp") next
    ++blocks
    if (whole) program = body
    else if (body_has_code) functions = functions "\nstatic void block_" first "() {\n" body "}\n"
    if (!whole && body_has_code) calls = calls "    docs::run(" first ", block_" first ");\n"
    body_has_code = 0
    next
}

!inside || language != "cpp" { next }

/int main\(/ { whole = 1 }

!whole && (/^#include/ || /^using namespace /) {
    head = head place(FNR) $0 "\n"
    body = body "\n"
    next
}

{
    if ($0 !~ /^[ \t]*$/) body_has_code = 1
    if (claimed && $0 ~ /^ *\/\/ /) {
        sub(/^ *\/\/ /, "")
        claim = claim "\n" $0
        next
    }
    end_claim()
    body = body $0 "\n"
    if (whole) next
    if ($0 ~ /fmt::print\(/) printing = 1
    if (!printing || $0 !~ /; *(\/\/.*)?$/) next
    printing = 0
    if (match($0, /; *\/\/ /)) {
        claim = substr($0, RSTART + RLENGTH)
        claim_line = FNR
        claimed = 1
    }
}

END {
    if (failed) exit 1
    if (inside) fail("the last fence is open")
    if (!blocks) fail("no cpp block")
    if (program != "") {
        if (blocks > 1) fail("a block with a main, and others beside it")
        printf "%s%s", head, program
        exit
    }
    printf "#include \"page.hpp\"\n#include <fmt/format.h>\n#include <keratin/keratin.hpp>\nusing namespace keratin;\n"
    printf "%s%s", head, functions
    printf "\nint main() {\n    docs::begin(\"%s\");\n%s    return docs::end();\n}\n", page, calls
}
