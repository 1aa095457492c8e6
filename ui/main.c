/* copydesk: a newsroom in a terminal. */
#include <stddef.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv, NULL);
}
