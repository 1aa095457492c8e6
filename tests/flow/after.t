# What the administrator has done after a release: it is shown and kept, and never undoes the release.
. "$FLOW/lib.sh"

does init
git config copydesk.afterRelease 'echo "built $COPYDESK_COMMIT"; echo "$COPYDESK_OLD $COPYDESK_TAG" >&2; ls content/culture'
old=$(git rev-parse main)
approved lake "The lake path" "Five volunteers."
does release --yes lake
tells "Released as commit" "after release: built $(git rev-parse main)" "after release: lake.md" \
	"The command after the release is done."
contains "$home/err" "after release: $old release/$(git tag -l | cut -d/ -f2)"
report $? "it knows what was before, and the tag"
contains .git/copydesk/after-release.log "built $(git rev-parse main)"
report $? "the log has it"

# It fails: the release stands, and that is said.
git config copydesk.afterRelease 'echo "no theme"; exit 7'
approved park "The park" "Trees."
does release --yes park
tells "after release: no theme" "failed, with exit status 7. The release stands; all it said is in" "after-release.log"
holds "it is published" git rev-parse -q --verify main:content/culture/park.md

# It takes too long: it is ended.
git config copydesk.afterRelease 'echo begun; sleep 1000'
git config copydesk.afterReleaseSeconds 1
approved pier "The pier" "Boats."
does release --yes pier
tells "after release: begun" "took longer than 1 s and was ended"
contains .git/copydesk/after-release.log "no theme" "begun" "took longer"
report $? "the log has the last runs"

# A person's own settings, and the policy, name no command.
git config --unset copydesk.afterRelease
git config --global copydesk.afterRelease "touch $home/oh"
approved quay "The quay" "Ropes."
does release --yes quay
holds "nothing ran" test ! -e "$home/oh"

# What it prints cannot play with the terminal.
git config copydesk.afterRelease 'printf "\033[31mred\007\n"'
approved mole "The mole" "Stones."
does release --yes mole
holds "no control characters" sh -c "! grep -q '$(printf '\033')' '$home/err'"
finish
