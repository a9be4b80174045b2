"""Problems: in whichever form they come, checked before they are sent."""
