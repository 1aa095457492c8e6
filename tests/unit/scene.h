/*
 * A draft made of a history (history.h), and what its rules answer to those who ask.
 */
#ifndef COPYDESK_TESTS_SCENE_H
#define COPYDESK_TESTS_SCENE_H

#include "base/error.h"
#include "desk/rules.h"
#include "history.h"

/* A draft made of a history, with people who ask what they may do. */
struct scene {
	struct history h;
	struct draft draft;
	size_t sizes[8];
	struct error err;
};

/* A policy of one step that asks for a title. */
extern const char scene_one_step[];

/* One in which an editor, Boris, releases. */
extern const char scene_release_by_editor[];

/* Has the draft be what its history and the time come to. */
void scene_derive(struct scene *s);

/* What happens next, as for history_tell(). */
void scene_tell(struct scene *s, const char *story);

/* Begins anew, under other rules. */
void scene_begin(struct scene *s, const char *policy, const char *story);

/* What the newest commit covers of the article. */
struct review_cover *scene_last_cover(struct scene *s);

/* The state of a cmocka test: a draft that Anna saved once, under scene_one_step. */
int scene_set_up(void **state);
int scene_tear_down(void **state);

/* What a person is told who asks to do something: "yes", or the sentence; step NULL: whichever is next. */
const char *scene_answer_for_step(struct scene *s, enum rules_action action, enum person person,
				  const char *step);
const char *scene_answer(struct scene *s, enum rules_action action, enum person person);

#define says(s, action, person, wanted) assert_string_equal(scene_answer(s, action, person), wanted)

#define in_a_scene(test) cmocka_unit_test_setup_teardown(test, scene_set_up, scene_tear_down)

#endif
