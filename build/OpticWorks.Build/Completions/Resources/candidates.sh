# Arguments: the folder of build.sh, the word that is being typed, the words before it. Prints a candidate a line: word, tab, what it is.
# Reads the schema that the program keeps; starts nothing.
schema=$1/.nuke/build.schema.json
[ -r "$schema" ] || exit 0
environments=
for file in "$1"/.nuke/environments/*.json; do
    [ -r "$file" ] || continue
    file=${file##*/}
    environments="$environments ${file%.json}"
done
current=$2
shift 2
export environments current
typed="$*" LC_ALL=C exec awk '
    function key(line) { sub(/^ *"/, "", line); sub(/".*/, "", line); return line }
    function plain(word) { gsub(/-/, "", word); return tolower(word) }
    function dashed(name, word, i, letter) {
        for (i = 1; i <= length(name); i++) {
            letter = substr(name, i, 1)
            word = word (letter ~ /[A-Z]/ ? (i > 1 ? "-" : "") tolower(letter) : letter)
        }
        return word
    }
    function offer(word, text, begun) {
        begun = substr(word, 1, length(ENVIRON["current"]))
        if (tolower(begun) == tolower(ENVIRON["current"])) printf "%s\t%s\n", word, text
    }
    function offer_all(words, text, list, i, n) {
        n = split(words, list, " ")
        for (i = 1; i <= n; i++) if (option == "" ? !(plain(list[i]) in used) : !(plain(list[i]) in given)) offer(list[i], text)
    }
    function offer_options(i) {
        for (i = 1; i <= count; i++) if (!(plain(names[i]) in used)) offer("--" dashed(names[i]), says[names[i]])
    }

    # The schema is JSON as the program writes it: two spaces a level, one value a line.
    /^    "[A-Za-z]+": [{]/ { definition = key($0); parameter = "" }
    /^    }/ { parameter = "" }
    /^        "[A-Za-z]+": [{]/ { parameter = key($0); names[++count] = parameter }
    /^ *"description": "/ { text = $0; sub(/^ *"description": "/, "", text); sub(/",?$/, "", text); gsub(/\\"/, "\"", text); says[parameter] = text }
    /^ *"type": "boolean"/ { is_switch[parameter] = 1 }
    /^ *"type": "array"/ { is_list[parameter] = 1 }
    /^ *"[$]ref": / { text = $0; sub(/.*\//, "", text); sub(/".*/, "", text); if (parameter != "") refers[parameter] = text }
    /^ *"type": \[/ { in_types = 1; next }
    /^ *"enum": \[/ { in_values = 1; next }
    /^ *\]/ { in_types = in_values = 0 }
    in_types && /"boolean"/ { is_switch[parameter] = 1 }
    in_values { owner = parameter == "" ? "definition " definition : parameter; values[owner] = values[owner] " " key($0) }

    END {
        # What Explain explains is what people run; the schema also names the targets that only others bring along.
        targets = "Of" in values ? values["Of"] : values["definition ExecutableTarget"]
        values["definition ExecutableTarget"] = targets
        values["Environment"] = values["Confirm"] = ENVIRON["environments"]
        n = split(ENVIRON["typed"], words, " ")
        for (i = 1; i <= n; i++) {
            # Neither targets nor options are given twice; a value may be that of another option too.
            if (words[i] ~ /^-/) { option = plain(words[i]); place = i; split("", given) }
            if (words[i] ~ /^-/ || option == "") used[plain(words[i])]
            else given[plain(words[i])]
        }
        for (i = 1; i <= count; i++) if (plain(names[i]) == option) parameter = names[i]
        if (ENVIRON["current"] ~ /^-/) offer_options()
        else if (option == "") offer_all(targets, "target")
        else if (is_switch[parameter] || (place < n && !is_list[parameter])) offer_options()
        else if (parameter in refers) offer_all(values["definition " refers[parameter]], dashed(parameter))
        else offer_all(values[parameter], dashed(parameter))
    }
' "$schema"
